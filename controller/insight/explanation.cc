// SPDX-License-Identifier: Apache-2.0
//
// See explanation.h.
#include "controller/insight/explanation.h"

#include <algorithm>
#include <set>
#include <utility>

#include "controller/insight/wording.h"
#include "controller/policy/allowance.h"
#include "controller/policy/resolve.h"

namespace portcullis::insight {
namespace {

using policy::Direction;

bool AnyMatches(const std::optional<std::vector<Entry>>& entries) {
  return !entries || std::any_of(entries->begin(), entries->end(), [](const Entry& entry) {
    return entry.matches;
  });
}

/// The explanation of one pair of addresses.
class Pair {
 public:
  Pair(const policy::World& world,
       const Directory& directory,
       const Reach& reach,
       const Question& question,
       const IpAddress& source,
       const IpAddress& destination)
      : world_(world),
        reach_(reach),
        question_(question),
        source_(PartyOf(directory, question.from, source)),
        destination_(PartyOf(directory, question.to, destination)) {}

  PairAnswer Run() const {
    return {source_.address,
            destination_.address,
            SideOf(Direction::kEgress),
            SideOf(Direction::kIngress)};
  }

 private:
  static Party PartyOf(const Directory& directory, const End& end, const IpAddress& address) {
    const k8s::Pod* pod = directory.PodAt(address);
    const bool host_network = end.kind == End::Kind::kHostPod;
    const bool is_pod = host_network || end.kind == End::Kind::kPod;
    return {address, pod, (is_pod ? "pod " : "") + ToText(end), host_network};
  }

  const Party& Subject(Direction direction) const {
    return direction == Direction::kEgress ? source_ : destination_;
  }
  const Party& Peer(Direction direction) const {
    return direction == Direction::kEgress ? destination_ : source_;
  }

  Side SideOf(Direction direction) const {
    Side side;
    side.direction = direction;
    side.basis = BasisOf(direction);
    side.ports = PortsOf(direction, side.basis);
    side.allows = side.ports.Contains(question_.port.protocol, question_.port.port);
    side.would_deny = side.basis == Side::Basis::kAudited &&
                      WouldDeny(direction).Contains(question_.port.protocol, question_.port.port);
    if (side.basis == Side::Basis::kPolicies || side.basis == Side::Basis::kAudited) {
      for (const k8s::ObjectKey& key : GroupOf(direction)->policies) {
        side.policies.push_back(ReasonsOf(world_.policies().at(key), direction));
      }
    }
    if (!side.policies.empty() || side.basis == Side::Basis::kNotIsolated) {
      AddOthers(direction, side);
    }
    return side;
  }

  Side::Basis BasisOf(Direction direction) const {
    const End& end = direction == Direction::kEgress ? question_.from : question_.to;
    if (Subject(direction).pod == nullptr) {
      return end.kind == End::Kind::kHostPod ? Side::Basis::kHostNetwork : Side::Basis::kNoPod;
    }
    if (source_.address == destination_.address) {
      return Side::Basis::kItself;
    }
    if (direction == Direction::kIngress && IsFromOwnNode()) {
      return Side::Basis::kOwnNode;
    }
    const policy::GroupId* group = GroupOf(direction);
    return group == nullptr ? Side::Basis::kNotIsolated
           : group->audit   ? Side::Basis::kAudited
                            : Side::Basis::kPolicies;
  }

  bool IsFromOwnNode() const {
    const End& from = question_.from;
    return source_.pod == nullptr && !from.node.empty() && from.node == destination_.pod->node_name;
  }

  PortSet PortsOf(Direction direction, Side::Basis basis) const {
    if (basis == Side::Basis::kOwnNode) {
      return PortSet::Everything();
    }
    return direction == Direction::kEgress ? reach_.Egress(source_.address, destination_.address)
                                           : reach_.Ingress(source_.address, destination_.address);
  }

  PortSet WouldDeny(Direction direction) const {
    return direction == Direction::kEgress
               ? reach_.EgressWouldDeny(source_.address, destination_.address)
               : reach_.IngressWouldDeny(source_.address, destination_.address);
  }

  /// Of the pod that the direction is about; null where no policy selects it.
  const policy::GroupId* GroupOf(Direction direction) const {
    const auto& subjects = reach_.resolved().subjects;
    const auto subject = subjects.find(Subject(direction).address);
    if (subject == subjects.end()) {
      return nullptr;
    }
    const auto& group =
        direction == Direction::kEgress ? subject->second.egress : subject->second.ingress;
    return group ? &*group : nullptr;
  }

  PolicyReasons ReasonsOf(const k8s::NetworkPolicy& policy, Direction direction) const {
    PolicyReasons reasons{policy.meta.key, {}, policy.problems};
    for (const k8s::PolicyRule& rule :
         direction == Direction::kEgress ? policy.egress : policy.ingress) {
      reasons.rules.push_back(ReasonsOf(policy.meta.key, rule, direction));
    }
    return reasons;
  }

  RuleReasons ReasonsOf(const k8s::ObjectKey& policy,
                        const k8s::PolicyRule& rule,
                        Direction direction) const {
    RuleReasons reasons{rule.index, Allows({policy, rule.index}, direction), {}, {}};
    if (rule.peers) {
      reasons.peers.emplace();
      for (const k8s::Peer& peer : *rule.peers) {
        reasons.peers->push_back(JudgePeer(peer, policy.ns, Peer(direction), world_));
      }
    }
    if (rule.ports) {
      reasons.ports.emplace();
      for (const k8s::PolicyPort& port : *rule.ports) {
        reasons.ports->push_back(JudgePort(port, question_.port, destination_));
      }
    }
    return reasons;
  }

  /// Whether the rule is an origin of an allowance that lets the connection pass.
  bool Allows(const policy::RuleOrigin& rule, Direction direction) const {
    const auto& resolved = reach_.resolved();
    const auto& allowances = resolved.groups.at(*GroupOf(direction)).allowances;
    return std::any_of(allowances.begin(), allowances.end(), [&](const auto& entry) {
      const auto& [allowance, origins] = entry;
      return origins.count(rule) != 0 &&
             PortSet::Of(allowance.protocol, allowance.ports)
                 .Contains(question_.port.protocol, question_.port.port) &&
             IsAbout(allowance, resolved, source_.address, destination_.address);
    });
  }

  /// The policies of the namespace that have no say.
  void AddOthers(Direction direction, Side& side) const {
    const Party& subject = Subject(direction);
    const std::string& ns = subject.pod->meta.key.ns;
    for (auto entry = world_.policies().lower_bound({ns, ""});
         entry != world_.policies().end() && entry->first.ns == ns;
         ++entry) {
      const k8s::NetworkPolicy& policy = entry->second;
      const Entry judged =
          JudgeSelector(policy.pod_selector, subject.pod->meta.labels, subject.name);
      const bool is_of_direction =
          direction == Direction::kEgress ? policy.isolates_egress : policy.isolates_ingress;
      if (is_of_direction && !judged.matches) {
        side.bystanders.push_back({entry->first, judged.reason});
      } else if (is_of_direction && policy.audit && side.basis == Side::Basis::kPolicies) {
        side.idle.push_back(entry->first);
      }
    }
  }

  const policy::World& world_;
  const Reach& reach_;
  const Question& question_;
  const Party source_;
  const Party destination_;
};

/// Of a policy that does not select the pod it is told alone that it selects none at all.
void AddFindings(const policy::World& world, Explanation& explanation) {
  std::set<k8s::ObjectKey> deciding;
  std::set<k8s::ObjectKey> named;
  for (const PairAnswer& pair : explanation.pairs) {
    for (const Side* side : {&pair.egress, &pair.ingress}) {
      for (const PolicyReasons& policy : side->policies) {
        deciding.insert(policy.policy);
      }
      for (const Bystander& bystander : side->bystanders) {
        named.insert(bystander.policy);
      }
    }
  }
  named.insert(deciding.begin(), deciding.end());
  for (PolicyFinding& each : FindingsIn(world, named)) {
    if (deciding.count(each.policy) > 0 || each.finding.kind == Finding::Kind::kSelectsNoPod) {
      explanation.findings.push_back(std::move(each));
    }
  }
}

tl::unexpected<Error> NoWay(const Question& question) {
  const auto families = [](const End& end) {
    const bool ipv4 = end.addresses.front().family() == Family::kIpv4;  // They are sorted.
    const bool ipv6 = end.addresses.back().family() == Family::kIpv6;
    return ipv4 && ipv6 ? "both" : "only " + FamilyName(ipv4 ? Family::kIpv4 : Family::kIpv6);
  };
  const std::string asked =
      question.family ? FamilyName(*question.family) : "no family of addresses";
  return Fail(ErrorCode::kInvalidArgument,
              "the ends do not have " + asked + " in common: " + ToText(question.from) + " has " +
                  families(question.from) + ", " + ToText(question.to) + " has " +
                  families(question.to));
}

Result<End> FindEnd(const Directory& directory,
                    const std::string& text,
                    const std::string& default_namespace) {
  const auto name = ParseEnd(text, default_namespace);
  return name ? directory.Find(*name) : Fail(name.error());
}

}  // namespace

std::vector<std::string> NotesOf(const Question& question) {
  std::vector<std::string> notes = question.from.notes;
  for (const std::string& note : question.to.notes) {
    if (std::find(notes.begin(), notes.end(), note) == notes.end()) {
      notes.push_back(note);
    }
  }
  return notes;
}

bool PeersMatch(const RuleReasons& rule) {
  return AnyMatches(rule.peers);
}

bool PortsMatch(const RuleReasons& rule) {
  return AnyMatches(rule.ports);
}

bool Explanation::allowed() const {
  return std::all_of(
      pairs.begin(), pairs.end(), [](const PairAnswer& pair) { return pair.allowed(); });
}

std::vector<k8s::ObjectKey> Explanation::AuditedDeniers() const {
  std::set<k8s::ObjectKey> deniers;
  for (const PairAnswer& pair : pairs) {
    for (const Side* side : {&pair.egress, &pair.ingress}) {
      for (const PolicyReasons& policy : side->policies) {
        if (pair.would_deny() && side->would_deny) {
          deniers.insert(policy.policy);
        }
      }
    }
  }
  return {deniers.begin(), deniers.end()};
}

Result<Question> Understand(const Directory& directory, const QuestionText& text) {
  auto from = FindEnd(directory, text.from, text.default_namespace);
  if (!from) {
    return Fail(from.error());
  }
  auto to = FindEnd(directory, text.to, text.default_namespace);
  if (!to) {
    return Fail(to.error());
  }
  const auto port_text = ParsePort(text.port);
  if (!port_text) {
    return Fail(port_text.error());
  }
  const auto port = FindPort(*port_text, directory.PodAt(to->addresses.front()));
  if (!port) {
    return Fail(port.error());
  }
  return Question{*std::move(from), *std::move(to), *port, text.family};
}

Result<Explanation> Explain(const policy::World& world,
                            const Directory& directory,
                            const Reach& reach,
                            const Question& question) {
  Explanation explanation;
  explanation.question = question;
  for (const IpAddress& source : question.from.addresses) {
    for (const IpAddress& destination : question.to.addresses) {
      if (source.family() == destination.family() &&
          source.family() == question.family.value_or(source.family())) {
        explanation.pairs.push_back(
            Pair(world, directory, reach, question, source, destination).Run());
      }
    }
  }
  if (explanation.pairs.empty()) {
    return NoWay(question);
  }
  return explanation;
}

Result<Explanation> Explain(const policy::World& world, const QuestionText& text) {
  const Directory directory(world);
  const auto question = Understand(directory, text);
  if (!question) {
    return Fail(question.error());
  }
  auto explanation = Explain(world, directory, Reach(world), *question);
  if (explanation) {
    AddFindings(world, *explanation);
  }
  return explanation;
}

}  // namespace portcullis::insight
