// SPDX-License-Identifier: Apache-2.0
//
// See matrix_data.h.
#include "controller/cli/matrix_data.h"

#include <map>
#include <utility>
#include <vector>

#include "controller/cli/json_values.h"
#include "controller/insight/wording.h"

namespace portcullis::cli {
namespace {

using insight::Answer;
using Json = nlohmann::ordered_json;

/// Whether a pair is asked for.
bool IsShown(const insight::MatrixView& view, const std::string& ns, size_t from, size_t to) {
  return ns.empty() || view.NamespaceOf(from) == ns || view.NamespaceOf(to) == ns;
}

Json RowsOf(const insight::MatrixView& view,
            Family family,
            const std::string& ns,
            const std::map<Answer, size_t>& numbers) {
  Json rows = Json::array();
  for (size_t from = 0; from < view.lines().size(); ++from) {
    Json row = Json::array();
    for (size_t to = 0; to < view.lines().size(); ++to) {
      const Answer* answer = IsShown(view, ns, from, to) ? view.Answer(family, from, to) : nullptr;
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

std::string ToJson(const insight::ReachMatrix& matrix,
                   const insight::MatrixView& view,
                   const std::string& ns) {
  Json ends = Json::array();
  for (const insight::MatrixLine& line : view.lines()) {
    ends.push_back(ToJsonValue(matrix.ends()[line.ends.front()]));
  }
  Json answers = Json::array();
  std::map<Answer, size_t> numbers;
  for (const Answer& answer : view.answers()) {
    if (numbers.try_emplace(answer, answers.size()).second) {
      answers.push_back(ToJsonValue(answer));
    }
  }
  Json reach = Json::object();
  for (const Family family : view.families()) {
    reach[KeyOf(family)] = RowsOf(view, family, ns, numbers);
  }
  return Written({{"ends", ends}, {"answers", answers}, {"reach", reach}}, -1) + "\n";
}

std::string ToCsv(const insight::MatrixView& view, const std::string& ns) {
  std::string text = "source,destination,family,ports,wouldDeny\r\n";
  for (const Family family : view.families()) {
    for (size_t from = 0; from < view.lines().size(); ++from) {
      for (size_t to = 0; to < view.lines().size(); ++to) {
        const Answer* answer = view.Answer(family, from, to);
        if (answer != nullptr && IsShown(view, ns, from, to)) {
          text += Field(view.lines()[from].name) + "," + Field(view.lines()[to].name) + "," +
                  insight::FamilyName(family) + "," + Field(ToText(answer->ports)) + "," +
                  Field(ToText(WouldDeny(*answer))) + "\r\n";
        }
      }
    }
  }
  return text;
}

}  // namespace portcullis::cli
