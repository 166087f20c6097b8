// SPDX-License-Identifier: Apache-2.0
//
// See base_chains.h. A verdict map without an element for a packet lets it go on to the next rule,
// and a group's chain returns what it allows, so behind the maps is only what every policy allows.
#include "controller/policy/base_chains.h"

#include <iterator>
#include <string>
#include <utility>
#include <variant>

#include "controller/policy/names.h"
#include "controller/policy/unknown_pods.h"

namespace portcullis::policy {
namespace {

using Rules = std::vector<nft::Rule>;

constexpr int32_t kFilterPriority = 0;
// IPVS takes what it forwards from this hook at 98 and 99 (net/netfilter/ipvs/ip_vs_core.c), and
// sends it through the output hook with its destination translated: what is left at 101 is for the
// node itself.
constexpr int32_t kInputPriority = 101;

constexpr uint32_t kIcmp = 1;     // IANA protocol numbers
constexpr uint32_t kIcmpv6 = 58;  // of the same list

nft::Verdict Accept() {
  return {nft::VerdictKind::kAccept, ""};
}
nft::Verdict Return() {
  return {nft::VerdictKind::kReturn, ""};
}
nft::Verdict Jump(std::string chain) {
  return {nft::VerdictKind::kJump, std::move(chain)};
}
nft::Verdict Goto(std::string chain) {
  return {nft::VerdictKind::kGoto, std::move(chain)};
}

nft::Compare Equals(nft::Field field, uint32_t value) {
  return {field, /*negated=*/false, value};
}
nft::AnyBit StateIs(uint32_t bits) {
  return {nft::Field::kCtState, bits};
}

nft::AnyBit HasNoEntry() {
  return StateIs(nft::kCtStateInvalid | nft::kCtStateUntracked);
}

nft::MaskedCompare MarkIs(const MarkLayout& marks, uint32_t value) {
  return {nft::Field::kCtMark, marks.mask(), /*negated=*/false, value};
}

void Append(Rules& rules, Rules more) {
  rules.insert(
      rules.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

// ct mark & 0xff000000 == 0x01000000 accept
Rules AcceptJudged(const MarkLayout& marks, std::optional<uint32_t> generation) {
  if (!generation) {
    return {};
  }
  return {{{MarkIs(marks, marks.Generation(*generation)), Accept()},
           "flows that the rules as they are now have allowed"}};
}

// ct mark & 0xff000000 == 0xff000000 accept
nft::Rule AcceptLocal(const MarkLayout& marks) {
  return {{MarkIs(marks, marks.Local()), Accept()},
          "flows that this node itself has made, as kubelet's probes are"};
}

// ct state invalid,related,untracked jump unusual
nft::Rule JumpIfUnusual() {
  const uint32_t states = nft::kCtStateInvalid | nft::kCtStateRelated | nft::kCtStateUntracked;
  return {{StateIs(states), Jump(kUnusualChain)}, "neither a flow's own packet nor a new one"};
}

nft::Rule JudgeFlow() {
  return {{Goto(kFlowsChain)}, "a flow's first packet since the rules took something away"};
}

// ip saddr vmap @egress4
nft::Rule Dispatch(nft::Field field, Direction direction, Family family, Tracking tracking) {
  const std::string end = direction == Direction::kEgress ? "source" : "destination";
  return {{nft::VerdictMap{{field}, DispatchMapName(direction, family, tracking)}},
          ToText(direction) + " policies of the pod that is the flow's " + end};
}

// ct original ip saddr vmap @egress4 ... ct reply ip6 saddr vmap @ingress6
Rules DispatchByTuple() {
  using nft::Field;
  const auto tracked = Tracking::kTracked;
  return {Dispatch(Field::kCtOriginalIpSaddr, Direction::kEgress, Family::kIpv4, tracked),
          Dispatch(Field::kCtOriginalIp6Saddr, Direction::kEgress, Family::kIpv6, tracked),
          Dispatch(Field::kCtReplyIpSaddr, Direction::kIngress, Family::kIpv4, tracked),
          Dispatch(Field::kCtReplyIp6Saddr, Direction::kIngress, Family::kIpv6, tracked)};
}

// ip saddr vmap @egress4 ... ip6 daddr vmap @ingress6
Rules DispatchByHeader(Tracking tracking) {
  using nft::Field;
  return {Dispatch(Field::kIpSaddr, Direction::kEgress, Family::kIpv4, tracking),
          Dispatch(Field::kIp6Saddr, Direction::kEgress, Family::kIpv6, tracking),
          Dispatch(Field::kIpDaddr, Direction::kIngress, Family::kIpv4, tracking),
          Dispatch(Field::kIp6Daddr, Direction::kIngress, Family::kIpv6, tracking)};
}

/// Last before a flow is judged: what the node has made itself was accepted before.
Rules CountUnknownIn(const PodRanges& pod_ranges, const char* chain) {
  return pod_ranges.empty() ? Rules{} : Rules{CountUnknown(chain)};
}

nft::Chain Base(const char* name, nft::BaseHook hook, const char* comment) {
  return {name, hook, comment, {}};
}

nft::Chain ForwardChain(const MarkLayout& marks,
                        std::optional<uint32_t> generation,
                        const PodRanges& pod_ranges) {
  nft::Chain chain = Base(kForwardChain,
                          {nft::Hook::kForward, kFilterPriority},
                          "what passes through this node, behind destination NAT");
  chain.rules = AcceptJudged(marks, generation);
  chain.rules.push_back(AcceptLocal(marks));
  chain.rules.push_back(JumpIfUnusual());
  Append(chain.rules, CountUnknownIn(pod_ranges, kUnknownPodsChain));
  chain.rules.push_back(JudgeFlow());
  return chain;
}

// 9.1: only what the node has made comes here with a source that is the node's own; a packet that
// forges such a source is forwarded. An ICMP error speaks for no flow: the node may send one about
// a flow whose source was forged.
nft::Chain OutputChain(const MarkLayout& marks,
                       std::optional<uint32_t> generation,
                       const PodRanges& pod_ranges) {
  nft::Chain chain = Base(kOutputChain,
                          {nft::Hook::kOutput, kFilterPriority},
                          "what this node sends, IPVS's packets among it");
  chain.rules.push_back(AcceptLocal(marks));
  chain.rules.push_back(
      {{HasNoEntry(), Equals(nft::Field::kFibSaddrType, nft::kFibLocal), Accept()},
       "this node's own, though it has no conntrack entry"});
  chain.rules.push_back(JumpIfUnusual());
  chain.rules.push_back({{Equals(nft::Field::kCtDirection, nft::kCtOriginal),
                          Equals(nft::Field::kFibSaddrType, nft::kFibLocal),
                          nft::SetCtMark{marks.mask(), marks.Local()},
                          Accept()},
                         "made by this node, from an address of its own: no policy applies"});
  Append(chain.rules, AcceptJudged(marks, generation));
  Append(chain.rules, CountUnknownIn(pod_ranges, kUnknownPodsChain));
  chain.rules.push_back(JudgeFlow());
  return chain;
}

nft::Chain InputChain(const MarkLayout& marks,
                      std::optional<uint32_t> generation,
                      const PodRanges& pod_ranges) {
  nft::Chain chain =
      Base(kInputChain, {nft::Hook::kInput, kInputPriority}, "from pods to this node, behind IPVS");
  chain.rules = AcceptJudged(marks, generation);
  chain.rules.push_back(AcceptLocal(marks));
  chain.rules.push_back(JumpIfUnusual());
  // Not marked: what the node will send in this flow is for the output chain to recognise, and a
  // flow whose source was forged must not be allowed by the reply that reaches the node.
  chain.rules.push_back({{Equals(nft::Field::kCtDirection, nft::kCtReply), Accept()},
                         "replies to flows that this node made before it had this table"});
  Append(chain.rules, CountUnknownIn(pod_ranges, kUnknownSourcesChain));
  chain.rules.push_back(JudgeFlow());
  return chain;
}

// ct original ip saddr vmap @egress4 ... ct mark set ct mark & 0x00ffffff | 0x01000000
nft::Chain FlowChain(const MarkLayout& marks, std::optional<uint32_t> generation) {
  nft::Chain chain{kFlowsChain, std::nullopt, "flows, judged by their conntrack entry", {}};
  chain.rules = DispatchByTuple();
  if (generation) {
    chain.rules.push_back({{nft::SetCtMark{marks.mask(), marks.Generation(*generation)}},
                           "allowed: not to be judged again before the rules change"});
  }
  return chain;
}

/// Jumped to, so that what returns is judged by its tuple: that is a related flow's, and packets
/// without an entry have none, so that no rule matches.
nft::Chain UnusualChain() {
  nft::Chain chain{kUnusualChain, std::nullopt, "invalid, untracked and related packets", {}};
  const std::string errors = "ICMP errors about a flow, as path MTU discovery needs them";
  chain.rules = {
      {{HasNoEntry(), Goto(kNoEntryChain)}, "no conntrack entry: judge the packet by its headers"},
      {{Equals(nft::Field::kL4Proto, kIcmp), Accept()}, errors},
      {{Equals(nft::Field::kL4Proto, kIcmpv6), Accept()}, errors}};
  return chain;
}

nft::Chain NoEntryChain() {
  nft::Chain chain{kNoEntryChain, std::nullopt, "packets without a conntrack entry", {}};
  chain.rules.push_back({{nft::Lookup{{nft::Field::kIcmpv6Type}, kNeighbourDiscoverySet}, Return()},
                         "without these IPv6 does not work"});
  chain.rules.push_back({{StateIs(nft::kCtStateUntracked), Goto(kUntrackedChain)},
                         "excepted from conntrack by another table"});
  // For an invalid packet the tuple matches of the groups' chains do not match: only rules that
  // look at neither address nor port allow it, and every other one of an isolated pod is dropped.
  Append(chain.rules, DispatchByHeader(Tracking::kTracked));
  return chain;
}

nft::Chain UntrackedChain() {
  nft::Chain chain{kUntrackedChain, std::nullopt, "untracked packets, judged one by one", {}};
  chain.rules = DispatchByHeader(Tracking::kUntracked);
  return chain;
}

/// What a group denies comes by here before it is dropped. The mark goes, so that a flow that was
/// allowed is counted once, by its next packet, and not by all that follow.
nft::Chain DeniedChain(const MarkLayout& marks) {
  nft::Chain chain{kDeniedChain, std::nullopt, "packets that are about to be dropped", {}};
  const nft::MaskedCompare was_allowed{
      nft::Field::kCtMark, marks.mask(), /*negated=*/true, /*value=*/0};
  chain.rules.push_back({{was_allowed, nft::Counter{}, nft::SetCtMark{marks.mask(), 0}},
                         "flows that were allowed until the rules changed"});
  return chain;
}

}  // namespace

std::vector<nft::Chain> BaseChains(const MarkLayout& marks,
                                   std::optional<uint32_t> generation,
                                   const PodRanges& pod_ranges) {
  std::vector<nft::Chain> chains = {ForwardChain(marks, generation, pod_ranges),
                                    OutputChain(marks, generation, pod_ranges),
                                    InputChain(marks, generation, pod_ranges),
                                    FlowChain(marks, generation),
                                    UnusualChain(),
                                    NoEntryChain(),
                                    UntrackedChain(),
                                    DeniedChain(marks)};
  for (nft::Chain& chain : UnknownPodsChains(pod_ranges)) {
    chains.push_back(std::move(chain));
  }
  return chains;
}

std::optional<uint32_t> AcceptedGeneration(const nft::Ruleset& ruleset, const MarkLayout& marks) {
  // This chain has had the rule in every version: after an upgrade too the number that packets on
  // their way through the old rules still write is known, and not used for the new ones.
  const auto chain = ruleset.chains.find(kInputChain);
  if (chain == ruleset.chains.end()) {
    return std::nullopt;
  }
  for (const nft::Rule& rule : chain->second.rules) {
    const auto* mark =
        rule.statements.empty() ? nullptr : std::get_if<nft::MaskedCompare>(&rule.statements[0]);
    const bool accepts =
        rule.statements.size() == 2 && rule.statements[1] == nft::Statement(Accept());
    if (mark == nullptr || !accepts || mark->mask != marks.mask() || mark->negated) {
      continue;
    }
    const uint32_t number = marks.Number(mark->value);
    if (number >= 1 && number <= marks.generations()) {
      return number;
    }
  }
  return std::nullopt;
}

}  // namespace portcullis::policy
