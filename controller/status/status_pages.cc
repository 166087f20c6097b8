// SPDX-License-Identifier: Apache-2.0
//
// See status_pages.h.
#include "controller/status/status_pages.h"

#include <utility>

#include "controller/status/health.h"

namespace portcullis {
namespace {

constexpr unsigned kOk = 200;
constexpr unsigned kNotFound = 404;
constexpr unsigned kUnavailable = 503;

constexpr char kPlainText[] = "text/plain; charset=utf-8";
constexpr char kMetricsText[] = "text/plain; version=0.0.4; charset=utf-8";
constexpr char kJson[] = "application/json";

constexpr std::string_view kPolicies = "/status/policies/";

Page VerdictPage(const Verdict& verdict) {
  return {verdict.holds() ? kOk : kUnavailable, kPlainText, verdict.ToText()};
}

Page ReportPage(std::optional<std::string> report) {
  if (!report) {
    return {kUnavailable,
            kPlainText,
            "the reconciler is in the middle of a long step, or ending; try again\n"};
  }
  return {kOk, kJson, std::move(*report)};
}

/// "NAMESPACE/NAME"; neither can hold a slash.
std::optional<k8s::ObjectKey> ParseKey(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == 0 || slash == std::string_view::npos || slash + 1 == text.size() ||
      text.find('/', slash + 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return k8s::ObjectKey{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
}

}  // namespace

Page StatusPage(std::string_view path, const PageSources& sources, SteadyTime now) {
  if (path == "/healthz") {
    return VerdictPage(Alive(sources.status(), now));
  }
  if (path == "/readyz") {
    return VerdictPage(Ready(sources.status(), now));
  }
  if (path == "/metrics") {
    return {kOk, kMetricsText, sources.metrics()};
  }
  if (path == "/status") {
    return ReportPage(sources.node());
  }
  if (path.substr(0, kPolicies.size()) == kPolicies) {
    if (const auto policy = ParseKey(path.substr(kPolicies.size()))) {
      return ReportPage(sources.policy(*policy));
    }
  }
  return {kNotFound,
          kPlainText,
          "no such page; there are /healthz, /readyz, /metrics, /status and "
          "/status/policies/NAMESPACE/NAME\n"};
}

}  // namespace portcullis
