// SPDX-License-Identifier: Apache-2.0
//
// See kernel_check_text.h.
#include "controller/insight/kernel_check_text.h"

#include "controller/insight/wording.h"
#include "controller/policy/names.h"

namespace portcullis::insight {
namespace {

std::string Verdict(bool allows) {
  return allows ? "allowed" : "denied ";
}

/// rule 17 of chain ingress-abc: "shop/db-access ingress[0]".
std::string Where(const Decision& decision) {
  if (decision.chain.empty()) {
    return "no map leads this pod's address to a chain: it is not isolated";
  }
  if (decision.rule.empty() && decision.handle == 0) {
    return "no rule of chain " + decision.chain + " matches";
  }
  const std::string number =
      decision.handle == 0 ? "a rule" : "rule " + std::to_string(decision.handle);
  return number + " of chain " + decision.chain + ": \"" + decision.rule + "\"";
}

/// One ToText() call.
class Page {
 public:
  Page(const KernelCheck& check, bool colour) : check_(check), colour_(colour) {}

  std::string Run() {
    text_ = "\nThe kernel of node " + check_.node + "\n";
    if (!check_.has_table) {
      Line("  " + Coloured(false, "there is no table inet " + std::string(policy::kTableName)) +
           ": nothing is enforced here, everything passes");
      Line(
          "  Is Portcullis running on this node?  kubectl get pods -A -o wide -l "
          "app.kubernetes.io/name=portcullis");
      return std::move(text_);
    }
    if (!check_.judges()) {
      Line("  judges nothing of this: neither end is a pod that runs here");
    }
    for (const KernelPair& pair : check_.pairs) {
      AddPair(pair);
    }
    if (!check_.elsewhere.empty()) {
      Line("  Another end is judged elsewhere: ask on node " +
           Joined({check_.elsewhere.begin(), check_.elsewhere.end()}, "and") + " too");
    }
    AddAdvice();
    return std::move(text_);
  }

 private:
  void Line(const std::string& line) { text_ += line + "\n"; }

  std::string Coloured(bool good, const std::string& text) const {
    return colour_ ? (good ? "\033[1;32m" : "\033[1;31m") + text + "\033[0m" : text;
  }

  void AddPair(const KernelPair& pair) {
    if (pair.sides.empty()) {
      return;
    }
    const std::string ends = FamilyName(pair.source.family()) + "  " + pair.source.ToString() +
                             " to " + pair.destination.ToString();
    if (!pair.problem.empty()) {
      Line("  " + ends + "  " + Coloured(false, "cannot be told") + ": " + pair.problem);
      return;
    }
    const std::string passes = pair.passes ? "lets it pass" : "drops it";
    Line("  " + ends + "  " + passes +
         (pair.agrees() ? ", " + Coloured(true, "as the policies say")
                        : ", " + Coloured(false, "which is NOT what the policies say")));
    for (const KernelSide& side : pair.sides) {
      AddSide(side);
    }
    if (!pair.passes && !policy::IsGroupChain(pair.end.chain)) {
      Line("    dropped by " + Where(pair.end));
    }
  }

  void AddSide(const KernelSide& side) {
    const std::string name = side.direction == policy::Direction::kEgress ? "egress " : "ingress";
    if (!side.kernel) {
      Line("    " + name + "  not asked: the packet is dropped before");
      return;
    }
    Line("    " + name + "  " + Verdict(side.kernel->allows) + "  " + Where(*side.kernel) +
         (side.kernel->would_deny ? ", and audited" : ""));
    if (!side.agrees() && side.wanted) {
      Line("             the policies ask for: " +
           std::string(side.computed ? "allowed" : "denied") + ", by " + Where(*side.wanted));
    }
  }

  void AddAdvice() {
    if (check_.agrees()) {
      return;
    }
    Line("  " + Coloured(false, "THE KERNEL DIFFERS") +
         " from the policies. While Portcullis runs it puts its "
         "table right within a second: ask again,");
    Line("  and see with portcullis status what it says of itself.");
  }

  const KernelCheck& check_;
  const bool colour_;
  std::string text_;
};

}  // namespace

std::string ToText(const KernelCheck& check, bool colour) {
  return Page(check, colour).Run();
}

}  // namespace portcullis::insight
