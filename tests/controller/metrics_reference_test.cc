// SPDX-License-Identifier: Apache-2.0
//
// docs/metrics.md is what the table of metrics says. PORTCULLIS_UPDATE_DOCS=1 writes it anew.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "controller/metrics/descriptors.h"

namespace portcullis {
namespace {

constexpr char kPage[] = PORTCULLIS_SOURCE_DIR "/docs/metrics.md";

constexpr char kIntroduction[] =
    R"(# Metrics

<!-- Made from controller/metrics/descriptors*.cc by controller_test; PORTCULLIS_UPDATE_DOCS=1 writes it anew. -->

All that `/metrics` serves, in the text format of Prometheus. Names are kept once they are out. [monitoring.md](monitoring.md) says how the page
is reached and what `/healthz` and `/readyz` judge; `manifests/monitoring` has a Grafana dashboard and alert rules that ask for nothing else.
)";

std::string LabelsOf(const MetricDescriptor& metric) {
  std::string labels;
  for (const std::string_view label : metric.labels) {
    labels += std::string(labels.empty() ? "`" : ", `").append(label) + "`";
  }
  return labels;
}

std::string Row(const MetricDescriptor& metric) {
  std::string row = "| `" + std::string(metric.name) + "` | ";
  row.append(ToText(metric.type)).append(" | ").append(metric.unit).append(" | ");
  row.append(LabelsOf(metric)).append(" | ").append(metric.help);
  if (!metric.only_with.empty()) {
    row.append(" Only with `").append(metric.only_with).append("`.");
  }
  return row + " |\n";
}

std::string Reference() {
  std::string page = kIntroduction;
  std::string_view topic;
  for (const MetricDescriptor& metric : MetricDescriptors()) {
    if (metric.topic != topic) {
      topic = metric.topic;
      page.append("\n## ").append(topic).append("\n\n");
      page.append("| metric | type | unit | labels | says |\n|---|---|---|---|---|\n");
    }
    page += Row(metric);
  }
  return page;
}

TEST_CASE("docs/metrics.md is the table of metrics", "[metrics]") {
  if (std::getenv("PORTCULLIS_UPDATE_DOCS") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
    std::ofstream(kPage) << Reference();
  }
  std::ostringstream page;
  page << std::ifstream(kPage).rdbuf();
  INFO("PORTCULLIS_UPDATE_DOCS=1 writes it anew");
  CHECK(page.str() == Reference());
}

}  // namespace
}  // namespace portcullis
