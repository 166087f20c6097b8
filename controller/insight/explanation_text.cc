// SPDX-License-Identifier: Apache-2.0
//
// See explanation_text.h.
#include "controller/insight/explanation_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "controller/insight/pairs_alike.h"
#include "controller/insight/side_text.h"
#include "controller/insight/wording.h"

namespace portcullis::insight {
namespace {

constexpr size_t kWidestColumn = 64;

std::string Padded(std::string text, size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

const End& SubjectOf(const Side& side, const Question& question) {
  return side.direction == policy::Direction::kEgress ? question.from : question.to;
}

/// One call of ToText().
class Page {
 public:
  Page(const Explanation& explanation, bool colour) : explanation_(explanation), colour_(colour) {}

  std::string Run() {
    AddVerdict();
    const auto alike = PairsAlike(explanation_.pairs);
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
    for (const PolicyReasons& policy : side.policies) {
      for (const RuleReasons& rule : policy.rules) {
        width = std::max({width, WidthOf(rule.peers), WidthOf(rule.ports)});
      }
    }
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

std::string ToText(const Explanation& explanation, bool colour) {
  return Page(explanation, colour).Run();
}

}  // namespace portcullis::insight
