// SPDX-License-Identifier: Apache-2.0
//
// See selector.h.
#include "controller/policy/selector.h"

#include <algorithm>

namespace portcullis::policy {
namespace {

using Operator = k8s::Requirement::Operator;

bool Holds(const k8s::Requirement& requirement, const k8s::Labels& labels) {
  const auto label = labels.find(requirement.key);
  const bool present = label != labels.end();
  const bool listed =
      present && std::find(requirement.values.begin(), requirement.values.end(), label->second) !=
                     requirement.values.end();
  switch (requirement.op) {
    case Operator::kIn:
      return listed;
    case Operator::kNotIn:
      return !listed;  // An absent key matches (4.2).
    case Operator::kExists:
      return present;
    case Operator::kDoesNotExist:
      return !present;
  }
  return false;
}

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.';
}

std::string ValueList(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    text += (text.empty() ? "(" : ",") + Escape(value);
  }
  return text.empty() ? "none" : text + ")";
}

std::string ToText(const k8s::Requirement& requirement) {
  std::string key = Escape(requirement.key, /*plain=*/"/");
  switch (requirement.op) {
    case Operator::kIn:
      return requirement.values.size() == 1 ? key + "=" + Escape(requirement.values.front())
                                            : key + " in " + ValueList(requirement.values);
    case Operator::kNotIn:
      return key + " notin " + ValueList(requirement.values);
    case Operator::kExists:
      return key;
    case Operator::kDoesNotExist:
      return "!" + key;
  }
  return key;
}

}  // namespace

bool Matches(const k8s::LabelSelector& selector, const k8s::Labels& labels) {
  return selector.valid &&
         std::all_of(selector.requirements.begin(),
                     selector.requirements.end(),
                     [&](const k8s::Requirement& each) { return Holds(each, labels); });
}

std::string ToText(const k8s::LabelSelector& selector) {
  if (!selector.valid) {
    return "(invalid)";
  }
  std::string text;
  for (const k8s::Requirement& requirement : selector.requirements) {
    text += (text.empty() ? "" : ",") + ToText(requirement);
  }
  return text.empty() ? "*" : text;
}

std::string Escape(std::string_view text, std::string_view plain) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string escaped;
  for (const char c : text) {
    if (IsPlain(c) || plain.find(c) != std::string_view::npos) {
      escaped.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      escaped += {'%', kHex.at(byte >> 4U), kHex.at(byte & 0xfU)};
    }
  }
  return escaped;
}

}  // namespace portcullis::policy
