// SPDX-License-Identifier: Apache-2.0
//
// See status_text.h.
#include "controller/cli/status_text.h"

#include <algorithm>
#include <vector>

#include <spdlog/fmt/fmt.h>

#include <nlohmann/json.hpp>

namespace portcullis::cli {
namespace {

using Json = nlohmann::ordered_json;
using Row = std::vector<std::string>;

/// A newer or an older process may have keys that this one does not know, or lack some.
Json Get(const Json& object, const char* key) {
  return object.is_object() ? object.value(key, Json()) : Json();
}

std::string Text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

std::string Text(const Json& object, const char* key) {
  return Text(Get(object, key));
}

uint64_t Number(const Json& object, const char* key) {
  const Json value = Get(object, key);
  return value.is_number_unsigned() ? value.get<uint64_t>() : 0;
}

std::string Count(uint64_t number, const std::string& one, const std::string& many) {
  return std::to_string(number) + " " + (number == 1 ? one : many);
}

std::string Milliseconds(const Json& seconds) {
  return seconds.is_number() ? fmt::format("{:.3g} ms", seconds.get<double>() * 1000) : "-";
}

/// Columns two spaces apart, as kubectl has them; the last one is not padded.
std::string Table(const std::vector<Row>& rows) {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const Row& row : rows) {
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      text += row[i] + std::string(widths[i] - row[i].size() + 2, ' ');
    }
    text += row.back() + "\n";
  }
  return text;
}

std::vector<std::string> Troubles(const Json& status) {
  std::vector<std::string> troubles;
  const std::string failure = Text(status, "failure");
  if (!failure.empty()) {
    troubles.push_back("the kernel does not hold what the API asks: " + failure);
  } else if (Get(status, "synced") != true) {
    troubles.emplace_back("nothing has been written to the kernel yet");
  }
  for (const Json& bypass : Get(status, "bypasses")) {
    troubles.push_back("packets can pass beside the rules: " + Text(bypass));
  }
  for (const Json& watch : Get(status, "watches")) {
    const std::string trouble = Text(watch, "trouble");
    if (!trouble.empty() || Get(watch, "watching") != true) {
      troubles.push_back("no watch of " + Text(watch, "kind") + " stands" +
                         (trouble.empty() ? "" : ": " + trouble));
    }
  }
  const Json log = Get(status, "deniedLog");
  if (Get(log, "wanted") == true && Get(log, "reading") != true) {
    troubles.push_back("denied flows are not in the log: " + Text(log, "trouble"));
  }
  return troubles;
}

std::string Head(const Json& status) {
  const auto troubles = Troubles(status);
  std::string text = fmt::format("Node {}: {} (portcullis {}, started {})\n",
                                 Text(status, "node"),
                                 troubles.empty() ? "in order" : "not in order",
                                 Text(status, "version"),
                                 Text(status, "started"));
  for (const std::string& trouble : troubles) {
    text += "  ! " + trouble + "\n";
  }
  return text;
}

std::string Changes(const Json& latency) {
  const uint64_t count = Number(latency, "count");
  return count == 0 ? "none since the start"
                    : fmt::format("{} in the kernel, p50 {} and p99 {} after the event",
                                  count,
                                  Milliseconds(Get(latency, "p50Seconds")),
                                  Milliseconds(Get(latency, "p99Seconds")));
}

std::string Figures(const Json& status) {
  const Json objects = Get(status, "objects");
  const Json packets = Get(status, "packets");
  const Json log = Get(status, "deniedLog");
  const Json repairs = Get(status, "repairs");
  std::string text = fmt::format("Knows    {} ({} here), {}, {}\n",
                                 Count(Number(objects, "pods"), "pod", "pods"),
                                 Number(objects, "localPods"),
                                 Count(Number(objects, "namespaces"), "namespace", "namespaces"),
                                 Count(Number(objects, "policies"), "policy", "policies"));
  text += fmt::format("Changes  {}; {}{}\n",
                      Changes(Get(status, "latency")),
                      Count(Number(repairs, "count"), "repair", "repairs"),
                      Get(repairs, "last").is_null() ? "" : ", the last " + Text(repairs, "last"));
  text += fmt::format("Packets  {} allowed (first ones), {} denied, {} would be denied; {} cut\n",
                      Number(packets, "allowed"),
                      Number(packets, "denied"),
                      Number(packets, "wouldDeny"),
                      Count(Number(packets, "flowsCut"), "flow", "flows"));
  return text + fmt::format("Log      {} of denied flows, {} suppressed, {} lost\n",
                            Count(Number(log, "lines"), "line", "lines"),
                            Number(log, "suppressed"),
                            Number(log, "lost"));
}

std::string Isolation(const Json& isolation, bool wide) {
  if (isolation.is_null()) {
    return "open";
  }
  std::string text = Text(isolation, "mode") == "audit" ? "audit: " : "";
  const char* separator = "";
  for (const Json& each : Get(isolation, "policies")) {
    text += separator + Text(each, "policy");
    if (wide) {
      const std::string since = Text(each, "since");
      text += since.empty() ? " (not in force)" : " (" + since + ")";
    }
    separator = ",";
  }
  return text;
}

std::string Addresses(const Json& addresses) {
  std::string text;
  for (const Json& address : addresses) {
    text += (text.empty() ? "" : ",") + Text(address);
  }
  return text;
}

std::string Pods(const Json& status, bool wide) {
  std::vector<Row> rows = {{"POD", "ADDRESSES", "INGRESS", "EGRESS"}};
  for (const Json& pod : Get(status, "pods")) {
    rows.push_back({Text(pod, "namespace") + "/" + Text(pod, "name"),
                    Addresses(Get(pod, "addresses")),
                    Isolation(Get(pod, "ingress"), wide),
                    Isolation(Get(pod, "egress"), wide)});
  }
  return rows.size() == 1 ? "No pods with an address of their own here.\n" : Table(rows);
}

std::string Watches(const Json& status) {
  std::vector<Row> rows = {{"KIND", "WATCHING", "RESOURCEVERSION", "EVENTS"}};
  for (const Json& watch : Get(status, "watches")) {
    rows.push_back({Text(watch, "kind"),
                    Get(watch, "watching") == true ? "yes" : "no",
                    Text(watch, "resourceVersion"),
                    Text(watch, "events")});
  }
  return Table(rows);
}

std::string KernelTable(const Json& status) {
  const Json table = Get(status, "table");
  const std::string generation = Text(table, "generation");
  return fmt::format(
      "Table    {}, {}; {} sets with {} elements, {} chains with {} rules; {}\n",
      Count(Number(table, "groups"), "group", "groups"),
      Count(Number(table, "selectors"), "selector", "selectors"),
      Number(table, "sets"),
      Number(table, "elements"),
      Number(table, "chains"),
      Number(table, "rules"),
      generation.empty() ? "no generation: every packet is judged" : "generation " + generation);
}

Json Parse(const std::string& json) {
  return Json::parse(json, nullptr, /*allow_exceptions=*/false);
}

}  // namespace

Result<std::string> StatusText(const std::string& json, bool wide) {
  const Json status = Parse(json);
  if (!status.is_object() || !status.contains("pods")) {
    return Fail(ErrorCode::kUnavailable, "the answer is no status of Portcullis");
  }
  std::string text = Head(status) + "\n" + Figures(status);
  text += wide ? KernelTable(status) + "\n" + Watches(status) : "";
  return text + "\n" + Pods(status, wide);
}

bool IsInOrder(const std::string& json) {
  const Json status = Parse(json);
  return Get(status, "synced") == true && Get(status, "bypasses").empty();
}

}  // namespace portcullis::cli
