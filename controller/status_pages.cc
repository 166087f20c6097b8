// SPDX-License-Identifier: Apache-2.0
//
// See status_pages.h.
#include "controller/status_pages.h"

#include "controller/health.h"

namespace portcullis {
namespace {

constexpr unsigned kOk = 200;
constexpr unsigned kNotFound = 404;
constexpr unsigned kUnavailable = 503;

constexpr char kPlainText[] = "text/plain; charset=utf-8";
constexpr char kMetricsText[] = "text/plain; version=0.0.4; charset=utf-8";

Page VerdictPage(const Verdict& verdict) {
  return {verdict.holds() ? kOk : kUnavailable, kPlainText, verdict.ToText()};
}

}  // namespace

Page StatusPage(std::string_view path,
                const Status& status,
                const ProcessUsage& usage,
                const std::string& version,
                SteadyTime now) {
  if (path == "/healthz") {
    return VerdictPage(Alive(status, now));
  }
  if (path == "/readyz") {
    return VerdictPage(Ready(status, now));
  }
  if (path == "/metrics") {
    return {kOk, kMetricsText, MetricsText(status, usage, version)};
  }
  return {kNotFound, kPlainText, "no such page; there are /healthz, /readyz and /metrics\n"};
}

}  // namespace portcullis
