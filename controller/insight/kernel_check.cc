// SPDX-License-Identifier: Apache-2.0
//
// See kernel_check.h.
#include "controller/insight/kernel_check.h"

#include <algorithm>
#include <utility>

#include "controller/policy/names.h"
#include "nft/walk.h"

namespace portcullis::insight {
namespace {

using policy::Direction;

constexpr uint8_t kIcmpv6 = 58;
constexpr uint8_t kEchoRequest6 = 128;

bool IsPodOf(const End& end, const std::string& node) {
  return end.kind == End::Kind::kPod && end.node == node;
}

/// Of the node's own network.
bool IsNode(const End& end, const std::string& node) {
  return (end.kind == End::Kind::kHostPod || end.kind == End::Kind::kNode) && end.node == node;
}

/// The way that the connection's first packet takes through the node.
const std::vector<nft::Hook>& PathOf(const Question& question, const std::string& node) {
  return IsNode(question.from, node) ? nft::kFromNode
         : IsNode(question.to, node) ? nft::kToNode
                                     : nft::kForwarded;
}

/// The first packet as conntrack shows it behind destination NAT.
nft::Packet FirstPacket(const Question& question, const PairAnswer& pair, const std::string& node) {
  nft::Packet packet;
  packet.source = pair.source;
  packet.destination = pair.destination;
  packet.protocol = question.port.protocol;
  if (HasPorts(question.port)) {
    packet.destination_port = question.port.port;
  } else if (question.port.protocol == kIcmp && pair.family() == Family::kIpv6) {
    packet.protocol = kIcmpv6;
    packet.icmpv6_type = kEchoRequest6;
  }
  packet.source_is_local = IsNode(question.from, node);
  packet.entry = nft::FlowEntry{pair.source,
                                pair.destination,
                                packet.destination_port.value_or(0),
                                /*mark=*/0,
                                nft::kCtStateNew,
                                nft::kCtOriginal};
  return packet;
}

Decision DecisionOf(const nft::Step& step) {
  const bool drops = step.verdict && step.verdict->kind == nft::VerdictKind::kDrop;
  return {!drops, /*would_deny=*/false, step.chain->name, step.rule->comment, step.rule->handle};
}

/// What ended the walk, of whatever chain.
Decision EndOf(const nft::Walk& walk) {
  const nft::Step* step = walk.Decision();
  return step == nullptr ? Decision() : DecisionOf(*step);
}

/// The last rule that matched in the chains of the pod's group for the direction, or the end of the
/// chain that the packet was led to where none did. Nothing: it was led to none. At an audited
/// group's end the first of its rules speaks for all.
std::optional<Decision> DecisionOfGroup(Direction direction, const nft::Walk& walk) {
  std::optional<Decision> decision;
  for (const nft::Step& step : walk.steps) {
    const std::string& chain = step.chain->name;
    if (policy::GroupDirection(chain) != direction) {
      continue;
    }
    if (!decision) {
      decision.emplace();
      decision->chain = chain;
    }
    if (step.matched && !decision->would_deny) {
      decision = DecisionOf(step);
      decision->would_deny = policy::IsAuditChain(chain) && !step.verdict;
    }
  }
  return decision;
}

/// What the walk says of the pod whose policies of `direction` are asked. Nothing: it ended before
/// their turn, as egress is asked first.
std::optional<Decision> DecisionFor(Direction direction, const nft::Walk& walk) {
  if (auto decision = DecisionOfGroup(direction, walk)) {
    return decision;
  }
  const Decision end = EndOf(walk);
  const auto other = walk.passes ? std::nullopt : policy::GroupDirection(end.chain);
  if (!other) {
    return end;
  }
  return direction == Direction::kIngress ? std::nullopt : std::optional(Decision());
}

/// One CheckKernel() call.
class Check {
 public:
  Check(const Explanation& explanation,
        const std::string& node,
        const nft::Ruleset& live,
        const nft::Ruleset& wanted)
      : question_(explanation.question),
        node_(node),
        live_(live),
        wanted_(wanted) {}

  KernelPair Run(const PairAnswer& pair) const {
    KernelPair checked{pair.source, pair.destination, SidesOf(pair), true, true, {}, ""};
    if (checked.sides.empty()) {
      return checked;
    }
    checked.computed = std::all_of(checked.sides.begin(),
                                   checked.sides.end(),
                                   [](const KernelSide& side) { return side.computed; });
    Walk(pair, wanted_, checked.sides, &KernelSide::wanted);
    const auto walk = Walk(pair, live_, checked.sides, &KernelSide::kernel);
    if (walk) {
      checked.passes = walk->passes;
      checked.end = walk->end;
    } else {
      checked.problem = walk.error().message;
    }
    return checked;
  }

 private:
  struct Outcome {
    bool passes = true;
    Decision end;
  };

  std::vector<KernelSide> SidesOf(const PairAnswer& pair) const {
    std::vector<KernelSide> sides;
    if (IsPodOf(question_.from, node_)) {
      sides.push_back({Direction::kEgress, pair.egress.allows, {}, {}});
    }
    if (IsPodOf(question_.to, node_)) {
      sides.push_back({Direction::kIngress, pair.ingress.allows, {}, {}});
    }
    return sides;
  }

  /// Leads the packet through the table and notes what each side comes to.
  Result<Outcome> Walk(const PairAnswer& pair,
                       const nft::Ruleset& table,
                       std::vector<KernelSide>& sides,
                       std::optional<Decision> KernelSide::*decision) const {
    nft::Packet packet = FirstPacket(question_, pair, node_);
    const auto walk = nft::WalkThrough(table, PathOf(question_, node_), packet);
    if (!walk) {
      return Fail(walk.error());
    }
    for (KernelSide& side : sides) {
      side.*decision = DecisionFor(side.direction, *walk);
    }
    return Outcome{walk->passes, EndOf(*walk)};
  }

  const Question& question_;
  const std::string& node_;
  const nft::Ruleset& live_;
  const nft::Ruleset& wanted_;
};

}  // namespace

bool KernelPair::agrees() const {
  return problem.empty() && passes == computed &&
         std::all_of(
             sides.begin(), sides.end(), [](const KernelSide& side) { return side.agrees(); });
}

bool KernelCheck::judges() const {
  return std::any_of(
      pairs.begin(), pairs.end(), [](const KernelPair& pair) { return !pair.sides.empty(); });
}

bool KernelCheck::agrees() const {
  return has_table && std::all_of(pairs.begin(), pairs.end(), [](const KernelPair& pair) {
           return pair.agrees();
         });
}

KernelCheck CheckKernel(const Explanation& explanation,
                        const std::string& node,
                        const std::optional<nft::Ruleset>& live,
                        const nft::Ruleset& wanted) {
  KernelCheck check{node, live.has_value(), {}, {}};
  for (const End* end : {&explanation.question.from, &explanation.question.to}) {
    if (end->kind == End::Kind::kPod && !end->node.empty() && end->node != node) {
      check.elsewhere.insert(end->node);
    }
  }
  if (live) {
    const Check each(explanation, node, *live, wanted);
    for (const PairAnswer& pair : explanation.pairs) {
      check.pairs.push_back(each.Run(pair));
    }
  }
  return check;
}

}  // namespace portcullis::insight
