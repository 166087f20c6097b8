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

namespace portcullis::policy {
namespace {

using Rules = std::vector<nft::Rule>;

constexpr int32_t kFilterPriority = 0;
// IPVS takes what it forwards from this hook at 98 and 99 (net/netfilter/ipvs/ip_vs_core.c): what
// is left at 101 is for the node itself.
constexpr int32_t kInputPriority = 101;
// Before source NAT (100), behind destination NAT, whose hooks come earlier (5.8).
constexpr int32_t kPostroutingPriority = 95;

constexpr char kErrorsComment[] = "ICMP errors about a flow, as path MTU discovery needs them";

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
nft::Compare Differs(nft::Field field, uint32_t value) {
  return {field, /*negated=*/true, value};
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
  Rules rules;
  if (generation) {
    rules.push_back({{MarkIs(marks, marks.Generation(*generation)), Accept()},
                     "flows that the rules as they are now have allowed"});
  }
  rules.push_back({{MarkIs(marks, marks.Local()), Accept()},
                   "flows that this node itself has made, as kubelet's probes are"});
  return rules;
}

// ct state related meta l4proto 1 accept
Rules AcceptErrors(const std::string& comment) {
  return {
      {{StateIs(nft::kCtStateRelated), Equals(nft::Field::kL4Proto, kIcmp), Accept()}, comment},
      {{StateIs(nft::kCtStateRelated), Equals(nft::Field::kL4Proto, kIcmpv6), Accept()}, comment}};
}

// ct original ip saddr . ct reply ip saddr @self4 accept
Rules AcceptSelf() {
  const std::string comment = "a pod that reaches itself through a Service";
  return {{{nft::Lookup{{nft::Field::kCtOriginalIpSaddr, nft::Field::kCtReplyIpSaddr},
                        SelfSetName(Family::kIpv4)},
            Accept()},
           comment},
          {{nft::Lookup{{nft::Field::kCtOriginalIp6Saddr, nft::Field::kCtReplyIp6Saddr},
                        SelfSetName(Family::kIpv6)},
            Accept()},
           comment}};
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

// ct mark set ct mark & 0x00ffffff | 0x01000000
Rules MarkJudged(const MarkLayout& marks, std::optional<uint32_t> generation) {
  if (!generation) {
    return {};
  }
  return {{{nft::SetCtMark{marks.mask(), marks.Generation(*generation)}},
           "allowed: not to be judged again before the rules change"}};
}

nft::Chain Base(const char* name, nft::BaseHook hook, const char* comment) {
  return {name, hook, comment, {}};
}

nft::Chain ForwardChain() {
  nft::Chain chain = Base(kForwardChain,
                          {nft::Hook::kForward, kFilterPriority},
                          "forwarded packets that conntrack knows nothing of");
  chain.rules.push_back(
      {{HasNoEntry(), Jump(kNoEntryChain)}, "no conntrack entry: judge the packet by its headers"});
  return chain;
}

// 9.1: only what the node has made comes here with a source that is the node's own; a packet that
// forges such a source is forwarded. An ICMP error speaks for no flow: the node may send one about
// a flow whose source was forged.
nft::Chain OutputChain(const MarkLayout& marks) {
  nft::Chain chain = Base(kOutputChain,
                          {nft::Hook::kOutput, kFilterPriority},
                          "remembers which flows this node itself makes");
  chain.rules.push_back(
      {{HasNoEntry(), Differs(nft::Field::kFibSaddrType, nft::kFibLocal), Goto(kNoEntryChain)},
       "not this node's own, and no conntrack entry: judge it by its headers"});
  Append(chain.rules,
         AcceptErrors("an error the node sends does not make the flow it is about the node's own"));
  chain.rules.push_back(
      {{nft::MaskedCompare{nft::Field::kCtMark, marks.mask(), /*negated=*/true, marks.Local()},
        Equals(nft::Field::kCtDirection, nft::kCtOriginal),
        Equals(nft::Field::kFibSaddrType, nft::kFibLocal),
        nft::SetCtMark{marks.mask(), marks.Local()}},
       "made by this node, from an address of its own: no policy applies"});
  return chain;
}

nft::Chain InputChain(const MarkLayout& marks, std::optional<uint32_t> generation) {
  nft::Chain chain =
      Base(kInputChain, {nft::Hook::kInput, kInputPriority}, "from pods to this node, behind IPVS");
  chain.rules = AcceptJudged(marks, generation);
  chain.rules.push_back(
      {{HasNoEntry(), Goto(kNoEntryChain)}, "no conntrack entry: judge the packet by its headers"});
  Append(chain.rules, AcceptErrors(kErrorsComment));
  // Not marked: what the node will send in this flow is for the output chain to recognise, and a
  // flow whose source was forged must not be allowed by the reply that reaches the node.
  chain.rules.push_back({{Equals(nft::Field::kCtDirection, nft::kCtReply), Accept()},
                         "replies to flows that this node made before it had this table"});
  Append(chain.rules, DispatchByTuple());
  Append(chain.rules, MarkJudged(marks, generation));
  return chain;
}

nft::Chain PostroutingChain(const MarkLayout& marks, std::optional<uint32_t> generation) {
  nft::Chain chain = Base(kPostroutingChain,
                          {nft::Hook::kPostrouting, kPostroutingPriority},
                          "all that is sent on: behind destination NAT, before source NAT");
  chain.rules = AcceptJudged(marks, generation);
  chain.rules.push_back(
      {{HasNoEntry(), Accept()}, "no conntrack entry: was judged when it came (forward, output)"});
  Append(chain.rules, AcceptErrors(kErrorsComment));
  Append(chain.rules, AcceptSelf());
  Append(chain.rules, DispatchByTuple());
  Append(chain.rules, MarkJudged(marks, generation));
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

}  // namespace

std::vector<nft::Chain> BaseChains(const MarkLayout& marks, std::optional<uint32_t> generation) {
  return {ForwardChain(),
          OutputChain(marks),
          InputChain(marks, generation),
          PostroutingChain(marks, generation),
          NoEntryChain(),
          UntrackedChain()};
}

std::optional<uint32_t> AcceptedGeneration(const nft::Ruleset& ruleset, const MarkLayout& marks) {
  const auto chain = ruleset.chains.find(kPostroutingChain);
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
