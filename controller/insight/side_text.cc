// SPDX-License-Identifier: Apache-2.0
//
// See side_text.h.
#include "controller/insight/side_text.h"

#include <algorithm>
#include <utility>

#include "controller/insight/wording.h"

namespace portcullis::insight {
namespace {

constexpr size_t kNearestRules = 3;  ///< More are left to the details.
constexpr size_t kReasonsOfRule = 2;

std::string NameOf(const PolicyReasons& policy, const RuleReasons& rule, const Side& side) {
  return policy.policy.ToString() + " " + policy::ToText(side.direction) + "[" +
         std::to_string(rule.index) + "]";
}

/// Each rule of the side with its policy.
template <typename Visit>
void ForEachRule(const Side& side, const Visit& visit) {
  for (const PolicyReasons& policy : side.policies) {
    for (const RuleReasons& rule : policy.rules) {
      visit(policy, rule);
    }
  }
}

std::string AllowingRules(const Side& side) {
  std::vector<std::string> names;
  ForEachRule(side, [&](const PolicyReasons& policy, const RuleReasons& rule) {
    if (rule.allows) {
      names.push_back(NameOf(policy, rule, side));
    }
  });
  const size_t others = names.size() - 1;
  return names.front() + " allows it" +
         (others == 0 ? "" : ", and so do " + Counted(others, "other rule"));
}

/// "shop/a and shop/b, none of whose 3 rules allows this".
std::string NoneOf(const Side& side) {
  std::vector<std::string> names;
  size_t rules = 0;
  for (const PolicyReasons& policy : side.policies) {
    names.push_back(policy.policy.ToString());
    rules += policy.rules.size();
  }
  return Joined(names, "and") +
         (rules == 0   ? ", without a rule, so that nothing is allowed"
          : rules == 1 ? ", whose one rule does not allow this"
                       : ", none of whose " + Counted(rules, "rule") + " allows this");
}

std::string AuditedPolicies(const Side& side) {
  return side.would_deny ? "only audited policies select it, and would deny this: " + NoneOf(side)
                         : "only audited policies select it: " + AllowingRules(side);
}

/// Entry and reason in one. What a selector needs names its labels already.
std::string Sentence(const Entry& entry) {
  return entry.reason.rfind("needs ", 0) == 0 ? entry.reason : entry.text + " " + entry.reason;
}

/// Why none of the entries matches, the first few of them.
std::string WhyNone(const std::vector<Entry>& entries, const std::string& what) {
  if (entries.empty()) {
    return "nothing in its list of " + what + "s could be understood";
  }
  std::string text;
  for (size_t i = 0; i < std::min(entries.size(), kReasonsOfRule); ++i) {
    text += (text.empty() ? "" : "; ") + Sentence(entries[i]);
  }
  return text + (entries.size() > kReasonsOfRule
                     ? "; and " + Counted(entries.size() - kReasonsOfRule, "more " + what)
                     : "");
}

/// Why a rule that does not allow the connection does not: "needs role=frontend, pod shop/web has
/// role=backend".
std::string WhyNot(const RuleReasons& rule) {
  std::string text = PeersMatch(rule) ? "" : WhyNone(*rule.peers, "peer");
  if (!PortsMatch(rule)) {
    text += (text.empty() ? "" : "; ") + WhyNone(*rule.ports, "port");
  }
  return text;
}

}  // namespace

std::string Summary(const Side& side, const Question& question) {
  switch (side.basis) {
    case Side::Basis::kNoPod:
      return side.direction == policy::Direction::kEgress
                 ? "it is no pod, so no policy holds for what it sends"
                 : "it is no pod, so no policy holds for what it gets";
    case Side::Basis::kHostNetwork:
      return "policies do not hold for pods of their node's network";
    case Side::Basis::kItself:
      return "a pod always reaches itself";
    case Side::Basis::kOwnNode:
      return "node " + question.from.node + " always reaches the pods that run on it";
    case Side::Basis::kNotIsolated:
      return "no policy isolates it";
    case Side::Basis::kPolicies:
      return side.allows ? AllowingRules(side) : "isolated by " + NoneOf(side);
    case Side::Basis::kAudited:
      return AuditedPolicies(side);
  }
  return "";
}

std::vector<std::string> NearestRules(const Side& side) {
  std::vector<std::pair<bool, std::string>> rules;  // Those that fail in both respects come last.
  ForEachRule(side, [&](const PolicyReasons& policy, const RuleReasons& rule) {
    rules.emplace_back(!PeersMatch(rule) && !PortsMatch(rule),
                       NameOf(policy, rule, side) + ": " + WhyNot(rule));
  });
  std::stable_sort(
      rules.begin(), rules.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> lines;
  for (size_t i = 0; i < std::min(rules.size(), kNearestRules); ++i) {
    lines.push_back(std::move(rules[i].second));
  }
  if (rules.size() > kNearestRules) {
    lines.push_back("and " + Counted(rules.size() - kNearestRules, "more rule") + ", see below");
  }
  return lines;
}

}  // namespace portcullis::insight
