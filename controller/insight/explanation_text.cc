// SPDX-License-Identifier: Apache-2.0
//
// See explanation_text.h.
#include "controller/insight/explanation_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "controller/insight/wording.h"

namespace portcullis::insight {
namespace {

constexpr size_t kNearestRules = 3;  ///< More are left to the details.
constexpr size_t kReasonsOfRule = 2;
constexpr size_t kWidestColumn = 64;

std::string Padded(std::string text, size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

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

const End& SubjectOf(const Side& side, const Question& question) {
  return side.direction == policy::Direction::kEgress ? question.from : question.to;
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

bool IsAlike(const std::optional<std::vector<Entry>>& a,
             const std::optional<std::vector<Entry>>& b) {
  const auto is_alike = [](const Entry& left, const Entry& right) {
    return left.matches == right.matches;
  };
  return a.has_value() == b.has_value() &&
         (!a || std::equal(a->begin(), a->end(), b->begin(), b->end(), is_alike));
}

bool IsAlike(const PolicyReasons& a, const PolicyReasons& b) {
  return std::equal(a.rules.begin(),
                    a.rules.end(),
                    b.rules.begin(),
                    b.rules.end(),
                    [](const RuleReasons& left, const RuleReasons& right) {
                      return left.allows == right.allows && IsAlike(left.peers, right.peers) &&
                             IsAlike(left.ports, right.ports);
                    });
}

/// Whether two sides of the same ends differ in nothing but the addresses that are told: each entry
/// says the same to both.
bool IsAlike(const Side& a, const Side& b) {
  return a.basis == b.basis && a.allows == b.allows && a.would_deny == b.would_deny &&
         std::equal(a.policies.begin(),
                    a.policies.end(),
                    b.policies.begin(),
                    b.policies.end(),
                    [](const PolicyReasons& left, const PolicyReasons& right) {
                      return left.policy == right.policy && IsAlike(left, right);
                    });
}

/// One call of ToText().
class Page {
 public:
  Page(const Explanation& explanation, bool colour) : explanation_(explanation), colour_(colour) {}

  std::string Run() {
    AddVerdict();
    const auto alike = PairsAlike();
    for (const std::vector<const PairAnswer*>& pairs : alike) {
      Line("");
      if (alike.size() > 1) {
        Line("Over " + NamesOf(pairs));
      }
      AddSides(*pairs.front());
      AddDetails(*pairs.front());
    }
    AddFindings();
    AddPorts();
    AddNotes();
    return std::move(text_);
  }

 private:
  void Line(const std::string& line) { text_ += line + "\n"; }

  std::string Coloured(bool allows, const std::string& text) const {
    return colour_ ? (allows ? "\033[1;32m" : "\033[1;31m") + text + "\033[0m" : text;
  }

  std::string NameOf(const PairAnswer& pair) const {
    const auto& pairs = explanation_.pairs;
    const auto of_family = std::count_if(pairs.begin(), pairs.end(), [&](const PairAnswer& other) {
      return other.family() == pair.family();
    });
    return FamilyName(pair.family()) +
           (of_family == 1 ? ""
                           : " " + pair.source.ToString() + " to " + pair.destination.ToString());
  }

  std::string NamesOf(const std::vector<const PairAnswer*>& pairs) const {
    std::vector<std::string> names;
    names.reserve(pairs.size());
    for (const PairAnswer* pair : pairs) {
      names.push_back(NameOf(*pair));
    }
    return Joined(names, "and");
  }

  /// Those that get the same answer for the same reasons are told of once.
  std::vector<std::vector<const PairAnswer*>> PairsAlike() const {
    std::vector<std::vector<const PairAnswer*>> groups;
    for (const PairAnswer& pair : explanation_.pairs) {
      const auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& other) {
        return IsAlike(other.front()->egress, pair.egress) &&
               IsAlike(other.front()->ingress, pair.ingress);
      });
      if (group == groups.end()) {
        groups.push_back({&pair});
      } else {
        group->push_back(&pair);
      }
    }
    return groups;
  }

  void AddVerdict() {
    std::vector<const PairAnswer*> allowed;
    std::vector<const PairAnswer*> denied;
    for (const PairAnswer& pair : explanation_.pairs) {
      (pair.allowed() ? allowed : denied).push_back(&pair);
    }
    const Question& question = explanation_.question;
    const std::string over = NamesOf(denied.empty() ? allowed : denied);
    Line(Coloured(denied.empty(), denied.empty() ? "ALLOWED" : "DENIED") + "  " +
         ToText(question.from) + " to " + ToText(question.to) + " on " + ToText(question.port) +
         ", over " + over +
         (denied.empty() || allowed.empty() ? "" : " (allowed over " + NamesOf(allowed) + ")") +
         AuditVerdict());
  }

  std::string AuditVerdict() const {
    std::vector<std::string> names;
    for (const k8s::ObjectKey& policy : explanation_.AuditedDeniers()) {
      names.push_back(policy.ToString());
    }
    return names.empty() ? ""
                         : "; audited " + std::string(names.size() == 1 ? "policy " : "policies ") +
                               Joined(names, "and") + " would deny it";
  }

  std::string NameOf(const Side& side) const {
    return policy::ToText(side.direction) + " of " + ToText(SubjectOf(side, explanation_.question));
  }

  void AddSides(const PairAnswer& pair) {
    const size_t width = std::max(NameOf(pair.egress).size(), NameOf(pair.ingress).size());
    for (const Side* side : {&pair.egress, &pair.ingress}) {
      const std::string verdict = Padded(side->allows ? "allowed" : "denied", 7);
      Line("  " + Padded(NameOf(*side), width) + "  " + Coloured(side->allows, verdict) + "  " +
           Summary(*side, explanation_.question));
      if (!side->allows || side->would_deny) {
        for (const std::string& line : NearestRules(*side)) {
          Line("    - " + line);
        }
      }
    }
    if (!pair.egress.allows && !pair.ingress.allows) {
      Line("  Both ends must change: either alone leaves it denied.");
    }
  }

  void AddDetails(const PairAnswer& pair) {
    for (const Side* side : {&pair.egress, &pair.ingress}) {
      if (!side->policies.empty() || !side->bystanders.empty()) {
        Line("");
        AddDetails(*side);
      }
    }
  }

  void AddDetails(const Side& side) {
    Line("Policies for " + NameOf(side));
    size_t width = 0;
    ForEachRule(side, [&](const PolicyReasons& /*policy*/, const RuleReasons& rule) {
      width = std::max({width, WidthOf(rule.peers), WidthOf(rule.ports)});
    });
    for (const PolicyReasons& policy : side.policies) {
      AddPolicy(policy, side, width);
    }
    for (const k8s::ObjectKey& policy : side.idle) {
      Line("  " + policy.ToString() +
           "  is audited: where enforced policies isolate a pod, it plays no part");
    }
    for (const Bystander& bystander : side.bystanders) {
      Line("  " + bystander.policy.ToString() + "  does not select it: " + bystander.reason);
    }
  }

  void AddPolicy(const PolicyReasons& policy, const Side& side, size_t width) {
    Line("  " + policy.policy.ToString() +
         (side.basis == Side::Basis::kAudited ? "  (audited)" : "") +
         (!policy.rules.empty()     ? ""
          : policy.problems.empty() ? "  has no rule"
                                    : "  has no rule that was understood"));
    for (const std::string& problem : policy.problems) {
      Line("    not understood: " + problem);
    }
    for (const RuleReasons& rule : policy.rules) {
      AddRule(rule, side.direction, width);
    }
  }

  void AddRule(const RuleReasons& rule, policy::Direction direction, size_t width) {
    Line("    " + policy::ToText(direction) + "[" + std::to_string(rule.index) + "]  " +
         (rule.allows ? Coloured(true, "allows it") : "does not allow it"));
    AddEntries(direction == policy::Direction::kEgress ? "to" : "from", rule.peers, width);
    AddEntries("port", rule.ports, width);
  }

  static size_t WidthOf(const std::optional<std::vector<Entry>>& entries) {
    size_t width = 0;
    for (const Entry& entry : entries.value_or(std::vector<Entry>())) {
      width = std::max(width, std::min(entry.text.size(), kWidestColumn));
    }
    return width;
  }

  void AddEntries(const std::string& what,
                  const std::optional<std::vector<Entry>>& entries,
                  size_t width) {
    const std::string indent = "      " + Padded(what, 4) + "  ";
    if (!entries) {
      Line(indent + "yes  every one (none given)");
    } else if (entries->empty()) {
      Line(indent + "no   nothing in the list could be understood");
    }
    for (const Entry& entry : entries.value_or(std::vector<Entry>())) {
      Line(indent + (entry.matches ? "yes  " : "no   ") + Padded(entry.text, width) + "  " +
           entry.reason);
    }
  }

  /// But for those that the reasons above tell already.
  void AddFindings() {
    const k8s::ObjectKey* before = nullptr;
    for (const auto& [policy, finding] : explanation_.findings) {
      if (finding.kind == Finding::Kind::kNotUnderstood ||
          finding.kind == Finding::Kind::kAudited) {
        continue;
      }
      if (before == nullptr) {
        Line("");
        Line("Worth a look in these policies");
      }
      if (before == nullptr || *before != policy) {
        Line("  " + policy.ToString());
      }
      Line("    " + finding.note);
      before = &policy;
    }
  }

  /// Of each pair of addresses all that passes, whatever was asked for.
  void AddPorts() {
    size_t width = 0;
    const auto ends = [](const PairAnswer& pair) {
      return pair.source.ToString() + " to " + pair.destination.ToString();
    };
    for (const PairAnswer& pair : explanation_.pairs) {
      width = std::max(width, ends(pair).size());
    }
    Line("");
    Line("All that may pass");
    for (const PairAnswer& pair : explanation_.pairs) {
      Line("  " + FamilyName(pair.family()) + "  " + Padded(ends(pair), width) + "  " +
           ToText(pair.ports()));
    }
  }

  void AddNotes() {
    const auto notes = NotesOf(explanation_.question);
    if (!notes.empty()) {
      Line("");
    }
    for (const std::string& note : notes) {
      Line("Note: " + note);
    }
  }

  const Explanation& explanation_;
  const bool colour_;
  std::string text_;
};

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

std::string WhyNot(const RuleReasons& rule) {
  std::string text = PeersMatch(rule) ? "" : WhyNone(*rule.peers, "peer");
  if (!PortsMatch(rule)) {
    text += (text.empty() ? "" : "; ") + WhyNone(*rule.ports, "port");
  }
  return text;
}

std::string ToText(const Explanation& explanation, bool colour) {
  return Page(explanation, colour).Run();
}

}  // namespace portcullis::insight
