// SPDX-License-Identifier: Apache-2.0
//
// See matrix_data.h.
#include "controller/cli/matrix_data.h"

#include <cctype>
#include <utility>
#include <vector>

#include "controller/insight/asked_port.h"
#include "controller/insight/wording.h"

namespace portcullis::cli {
namespace {

using insight::EndGroup;
using insight::EndKind;
using Json = nlohmann::ordered_json;

std::string LowerCase(std::string text) {
  for (char& c : text) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return text;
}

std::string KeyOf(Family family) {
  return LowerCase(insight::FamilyName(family));
}

Json RangesOf(const EndGroup& end) {
  Json ranges = Json::array();
  for (const AddressRange& range : end.ranges) {
    ranges.push_back({range.first.ToString(), range.last.ToString()});
  }
  return ranges;
}

/// Whether a pair is asked for.
bool IsShown(const insight::MatrixView& view, const std::string& ns, size_t from, size_t to) {
  return ns.empty() || view.NamespaceOf(from) == ns || view.NamespaceOf(to) == ns;
}

Json RowsOf(const insight::MatrixView& view,
            Family family,
            const std::string& ns,
            const std::map<insight::PortSet, size_t>& numbers) {
  Json rows = Json::array();
  for (size_t from = 0; from < view.lines().size(); ++from) {
    Json row = Json::array();
    for (size_t to = 0; to < view.lines().size(); ++to) {
      const insight::PortSet* answer =
          IsShown(view, ns, from, to) ? view.Answer(family, from, to) : nullptr;
      row.push_back(answer == nullptr ? Json(nullptr) : Json(numbers.at(*answer)));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

/// A field of RFC 4180.
std::string Field(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) {
    return text;
  }
  std::string quoted = "\"";
  for (const char c : text) {
    quoted += c == '"' ? "\"\"" : std::string(1, c);
  }
  return quoted + "\"";
}

}  // namespace

Json ToJsonValue(const insight::PortSet& ports) {
  Json value{{"text", ToText(ports)},
             {"everything", ports.IsEverything()},
             {"otherProtocols", ports.rest()}};
  for (const auto& [protocol, ranges] : ports.ranges()) {
    Json list = Json::array();
    for (const k8s::PortRange& range : ranges) {
      list.push_back({range.first, range.last});
    }
    value[LowerCase(insight::NameOf(protocol))] = std::move(list);
  }
  return value;
}

Json ToJsonValue(const EndGroup& end) {
  switch (end.kind) {
    case EndKind::kPods:
      return {{"kind", "pods"},
              {"name", ToText(end)},
              {"namespace", end.ns},
              {"workload", end.workload},
              {"pods", end.members}};
    case EndKind::kNodes:
      return {{"kind", "nodes"}, {"name", ToText(end)}, {"nodes", end.members}};
    case EndKind::kOutside:
      break;
  }
  return {{"kind", "outside"}, {"name", ToText(end)}, {"ranges", RangesOf(end)}};
}

std::string ToJson(const insight::ReachMatrix& matrix,
                   const insight::MatrixView& view,
                   const std::string& ns) {
  Json ends = Json::array();
  for (const insight::MatrixLine& line : view.lines()) {
    ends.push_back(ToJsonValue(matrix.ends()[line.ends.front()]));
  }
  Json answers = Json::array();
  std::map<insight::PortSet, size_t> numbers;
  for (const insight::PortSet& answer : view.answers()) {
    if (numbers.try_emplace(answer, answers.size()).second) {
      answers.push_back(ToJsonValue(answer));
    }
  }
  Json reach = Json::object();
  for (const Family family : view.families()) {
    reach[KeyOf(family)] = RowsOf(view, family, ns, numbers);
  }
  return Json{{"ends", ends}, {"answers", answers}, {"reach", reach}}.dump(
             -1, ' ', false, Json::error_handler_t::replace) +
         "\n";
}

std::string ToCsv(const insight::MatrixView& view, const std::string& ns) {
  std::string text = "source,destination,family,ports\r\n";
  for (const Family family : view.families()) {
    for (size_t from = 0; from < view.lines().size(); ++from) {
      for (size_t to = 0; to < view.lines().size(); ++to) {
        const insight::PortSet* answer = view.Answer(family, from, to);
        if (answer != nullptr && IsShown(view, ns, from, to)) {
          text += Field(view.lines()[from].name) + "," + Field(view.lines()[to].name) + "," +
                  insight::FamilyName(family) + "," + Field(ToText(*answer)) + "\r\n";
        }
      }
    }
  }
  return text;
}

}  // namespace portcullis::cli
