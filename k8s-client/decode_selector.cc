// SPDX-License-Identifier: Apache-2.0
//
// See decode_selector.h.
#include "k8s-client/decode_selector.h"

#include <algorithm>

namespace portcullis::k8s::json {
namespace {

void SortUnique(auto& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

std::optional<Requirement::Operator> ReadOperator(Value value,
                                                  const Path& path,
                                                  Problems& problems) {
  using Operator = Requirement::Operator;
  const auto text = ReadString(value, path, problems);
  if (!text) {
    return std::nullopt;
  }
  if (text == "In") {
    return Operator::kIn;
  }
  if (text == "NotIn") {
    return Operator::kNotIn;
  }
  if (text == "Exists") {
    return Operator::kExists;
  }
  if (text == "DoesNotExist") {
    return Operator::kDoesNotExist;
  }
  problems.Add(path, Quoted(*text) + " is no operator");
  return std::nullopt;
}

bool CheckRequirement(const Requirement& requirement,
                      bool has_operator,
                      const Path& here,
                      Problems& problems) {
  if (requirement.key.empty()) {
    return problems.Add(Path(here, "key"), "is missing");
  }
  if (!has_operator) {
    return problems.Add(Path(here, "operator"), "is missing");
  }
  const bool wants_values = requirement.op == Requirement::Operator::kIn ||
                            requirement.op == Requirement::Operator::kNotIn;
  if (wants_values && requirement.values.empty()) {
    return problems.Add(Path(here, "values"), "must not be empty for In and NotIn");
  }
  if (!wants_values && !requirement.values.empty()) {
    return problems.Add(Path(here, "values"), "must be empty for Exists and DoesNotExist");
  }
  return true;
}

/// Reads one entry of matchExpressions (4.2, 4.3); nothing where it cannot be understood.
std::optional<Requirement> ReadRequirement(Value value, const Path& here, Problems& problems) {
  Requirement requirement;
  std::optional<Requirement::Operator> op;
  const size_t before = problems.count();
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "key") {
      requirement.key = ReadString(child, path, problems).value_or("");
    } else if (key == "operator") {
      op = ReadOperator(child, path, problems);
    } else if (key == "values") {
      requirement.values.clear();
      ForEachElement(child, path, problems, [&](Value element, const Path& element_path) {
        const auto text = ReadString(element, element_path, problems);
        requirement.values.emplace_back(text.value_or(""));
      });
    } else {
      problems.AddUnknownField(here, key);
    }
  });
  requirement.op = op.value_or(requirement.op);
  if (problems.count() != before ||
      !CheckRequirement(requirement, op.has_value(), here, problems)) {
    return std::nullopt;
  }
  SortUnique(requirement.values);
  return requirement;
}

/// Reads matchLabels as requirements kIn (4.1).
void ReadMatchLabels(Value value,
                     const Path& here,
                     Problems& problems,
                     std::vector<Requirement>& requirements) {
  if (value.type() != Type::object) {
    problems.Add(here, "is no object");
    return;
  }
  for (auto field : value.get_object()) {
    const std::string key(std::string_view(field.unescaped_key()));
    const auto text = ReadString(field.value(), Path(here, key), problems);
    requirements.push_back({key, Requirement::Operator::kIn, {std::string(text.value_or(""))}});
  }
}

}  // namespace

LabelSelector ReadSelector(Value value, const Path& here, Problems& problems) {
  LabelSelector selector;
  const size_t before = problems.count();
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "matchLabels") {
      ReadMatchLabels(child, path, problems, selector.requirements);
    } else if (key == "matchExpressions") {
      ForEachElement(child, path, problems, [&](Value element, const Path& element_path) {
        auto requirement = ReadRequirement(element, element_path, problems);
        if (requirement) {
          selector.requirements.push_back(std::move(*requirement));
        }
      });
    } else {
      problems.AddUnknownField(here, key);
    }
  });
  if (problems.count() != before) {
    return LabelSelector{{}, false};
  }
  SortUnique(selector.requirements);
  return selector;
}

}  // namespace portcullis::k8s::json
