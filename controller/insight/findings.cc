// SPDX-License-Identifier: Apache-2.0
//
// See findings.h.
#include "controller/insight/findings.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <variant>

#include "controller/insight/port_set.h"
#include "controller/policy/identity.h"
#include "controller/policy/pod_questions.h"
#include "controller/policy/selector.h"

namespace portcullis::insight {
namespace {

using policy::Direction;
using policy::PeerSelectorId;

/// `text` as long as a note may be, cut between two characters of UTF-8.
std::string Shortened(std::string text) {
  constexpr std::string_view kCut = " ...";
  if (text.size() <= kMaxNote) {
    return text;
  }
  size_t end = kMaxNote - kCut.size();
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
    --end;
  }
  return text.erase(end).append(kCut);
}

/// "podSelector app=web of namespace shop", "podSelector app=web of the namespaces team=a".
std::string Describe(const PeerSelectorId& id) {
  const std::string pods = "podSelector " + policy::ToText(id.pod_selector);
  return id.ns ? pods + " of namespace " + *id.ns
               : pods + " of the namespaces " + policy::ToText(id.namespace_selector);
}

std::string Describe(const std::string& name, k8s::Protocol protocol) {
  return "port named \"" + name + "\" of " + NameOf(protocol);
}

/// One call of FindingsOf(): goes through the policy and gathers.
class Inspector {
 public:
  Inspector(const k8s::NetworkPolicy& policy, const policy::Engine& engine)
      : policy_(policy),
        pods_(engine.questions()),
        subjects_{policy.meta.key.ns, {}, policy.pod_selector} {}

  std::vector<Finding> Run() {
    InspectProblems();
    if (policy_.audit) {
      Add(Finding::Kind::kAudited,
          "audited: the policy logs what it would deny, and denies nothing");
    }
    InspectSubjects();
    AddLeftOut();
    return std::move(findings_);
  }

 private:
  void Add(Finding::Kind kind, std::string note) {
    Finding finding{kind, Shortened(std::move(note))};
    if (std::find(findings_.begin(), findings_.end(), finding) != findings_.end()) {
      return;
    }
    if (++counts_[kind] <= kMaxFindingsOfKind) {
      findings_.push_back(std::move(finding));
    }
  }

  void AddLeftOut() {
    for (const auto& [kind, count] : counts_) {
      if (count > kMaxFindingsOfKind) {
        findings_.push_back(
            {kind, std::to_string(count - kMaxFindingsOfKind) + " more parts of that kind"});
      }
    }
  }

  void InspectProblems() {
    for (const std::string& problem : policy_.problems) {
      Add(Finding::Kind::kNotUnderstood, NoteOf(problem));
    }
  }

  void InspectSubjects() {
    if (!policy_.pod_selector.valid) {
      return;  // Among the problems already.
    }
    if (!pods_.AnyPod(subjects_)) {
      Add(Finding::Kind::kSelectsNoPod,
          Describe(subjects_) + " selects no pod, so the policy has no effect");
      return;
    }
    if (policy_.isolates_ingress) {
      InspectRules(policy_.ingress, Direction::kIngress);
    }
    if (policy_.isolates_egress) {
      InspectRules(policy_.egress, Direction::kEgress);
    }
  }

  void InspectRules(const std::vector<k8s::PolicyRule>& rules, Direction direction) {
    for (const k8s::PolicyRule& rule : rules) {
      const std::string where =
          policy::ToText(direction) + "[" + std::to_string(rule.index) + "]: ";
      InspectPeers(rule, where);
      InspectPortNames(rule, direction, where);
    }
  }

  void InspectPeers(const k8s::PolicyRule& rule, const std::string& where) {
    if (!rule.peers) {
      return;
    }
    for (const k8s::Peer& peer : *rule.peers) {
      const auto id = SelectorOf(peer);
      if (!id || pods_.AnyPod(*id)) {
        continue;
      }
      const bool no_namespace = !id->ns && !pods_.AnyNamespace(id->namespace_selector);
      Add(Finding::Kind::kPeerSelectsNoPod,
          where +
              (no_namespace ? "namespaceSelector " + policy::ToText(id->namespace_selector) +
                                  " selects no namespace"
                            : Describe(*id) + " selects no pod") +
              ", so this peer allows nothing");
    }
  }

  /// Nothing for blocks, and for what was not understood.
  [[nodiscard]] std::optional<PeerSelectorId> SelectorOf(const k8s::Peer& peer) const {
    const auto* pods = std::get_if<k8s::PodPeer>(&peer);
    return pods == nullptr ? std::nullopt : policy::IdentityOf(*pods, policy_.meta.key.ns);
  }

  void InspectPortNames(const k8s::PolicyRule& rule,
                        Direction direction,
                        const std::string& where) {
    if (!rule.ports) {
      return;
    }
    for (const k8s::PolicyPort& entry : *rule.ports) {
      const auto* named = entry.port ? std::get_if<k8s::PortName>(&*entry.port) : nullptr;
      if (named == nullptr || IsKnown(rule, direction, named->name, entry.protocol) ||
          (direction == Direction::kEgress && !HasPeers(rule))) {
        continue;
      }
      Add(Finding::Kind::kUnknownPortName,
          where + "no pod that " +
              (direction == Direction::kIngress ? "the policy selects" : "this rule is about") +
              " has a " + Describe(named->name, entry.protocol) +
              OtherProtocol(rule, direction, *named, entry.protocol) + ", so it allows nothing");
    }
  }

  /// "; one has it as UDP", the mistake that is made most.
  [[nodiscard]] std::string OtherProtocol(const k8s::PolicyRule& rule,
                                          Direction direction,
                                          const k8s::PortName& named,
                                          k8s::Protocol protocol) const {
    for (const auto other : {k8s::Protocol::kTcp, k8s::Protocol::kUdp, k8s::Protocol::kSctp}) {
      if (other != protocol && IsKnown(rule, direction, named.name, other)) {
        return " (but of " + NameOf(other) + ")";
      }
    }
    return "";
  }

  /// Whether a pod that the name is resolved for has it: a subject, or a peer (6.7 to 6.9).
  [[nodiscard]] bool IsKnown(const k8s::PolicyRule& rule,
                             Direction direction,
                             const std::string& name,
                             k8s::Protocol protocol) const {
    if (direction == Direction::kIngress) {
      return pods_.AnyPodWithPort(subjects_, name, protocol, nullptr);
    }
    if (!rule.peers) {
      return pods_.AnyPodWithPort(policy::EveryPod{}, name, protocol, nullptr);
    }
    return std::any_of(rule.peers->begin(), rule.peers->end(), [&](const k8s::Peer& peer) {
      if (const auto* block = std::get_if<k8s::IpBlock>(&peer)) {
        return pods_.AnyPodWithPort(policy::EveryPod{}, name, protocol, block);
      }
      const auto id = SelectorOf(peer);
      return id && pods_.AnyPodWithPort(*id, name, protocol, nullptr);
    });
  }

  /// Whether the rule is about any pod at all; where it is not, its peers are what is told.
  [[nodiscard]] bool HasPeers(const k8s::PolicyRule& rule) const {
    return !rule.peers ||
           std::any_of(rule.peers->begin(), rule.peers->end(), [&](const k8s::Peer& peer) {
             const auto id = SelectorOf(peer);
             return std::holds_alternative<k8s::IpBlock>(peer) || (id && pods_.AnyPod(*id));
           });
  }

  const k8s::NetworkPolicy& policy_;
  const policy::PodQuestions pods_;
  const PeerSelectorId subjects_;
  std::vector<Finding> findings_;
  std::map<Finding::Kind, size_t> counts_;
};

template <typename T>
policy::KindChanges<T> EverythingOf(const std::map<k8s::ObjectKey, T>& objects) {
  policy::KindChanges<T> changes;
  for (const auto& [key, object] : objects) {
    changes.objects[key].object = object;
  }
  return changes;
}

std::set<k8s::ObjectKey> PoliciesOf(const policy::World& world) {
  std::set<k8s::ObjectKey> policies;
  for (const auto& [key, policy] : world.policies()) {
    policies.insert(key);
  }
  return policies;
}

/// Whether the policy is in the world just so.
bool Has(const policy::World& world, const k8s::NetworkPolicy& policy) {
  const auto found = world.policies().find(policy.meta.key);
  return found != world.policies().end() && found->second == policy;
}

}  // namespace

bool DependsOnPods(Finding::Kind kind) {
  return kind != Finding::Kind::kNotUnderstood && kind != Finding::Kind::kAudited;
}

std::string ToText(Finding::Kind kind) {
  switch (kind) {
    case Finding::Kind::kNotUnderstood:
      return "NotUnderstood";
    case Finding::Kind::kSelectsNoPod:
      return "SelectsNoPod";
    case Finding::Kind::kPeerSelectsNoPod:
      return "PeerSelectsNoPod";
    case Finding::Kind::kUnknownPortName:
      return "UnknownPortName";
    case Finding::Kind::kAudited:
      return "Audited";
  }
  return "";
}

std::string NoteOf(const std::string& problem) {
  const auto is_of = [&](const char* path) {
    return problem.rfind(path, 0) == 0;
  };
  if (is_of("metadata") || is_of("spec")) {
    return problem;
  }
  return problem + (is_of("podSelector")   ? "; so the policy selects no pod and has no effect"
                    : is_of("policyTypes") ? "; so the policy isolates both ways and allows nothing"
                                           : "; that part allows nothing");
}

std::vector<Finding> FindingsOf(const k8s::NetworkPolicy& policy, const policy::Engine& engine) {
  return Inspector(policy, engine).Run();
}

std::vector<PolicyFinding> FindingsIn(const policy::World& world,
                                      const std::set<k8s::ObjectKey>& policies) {
  if (policies.empty()) {
    return {};
  }
  policy::Changes all;
  all.pods = EverythingOf(world.pods());
  all.namespaces = EverythingOf(world.namespaces());
  all.policies = EverythingOf(world.policies());
  policy::Engine engine("");
  engine.Apply(std::move(all));
  std::vector<PolicyFinding> findings;
  for (const k8s::ObjectKey& key : policies) {
    for (Finding& finding : FindingsOf(world.policies().at(key), engine)) {
      findings.push_back({key, std::move(finding)});
    }
  }
  return findings;
}

std::vector<PolicyFinding> FindingsOfChange(const policy::World& before,
                                            const policy::World& after) {
  const auto known = FindingsIn(before, PoliciesOf(before));
  const std::set<PolicyFinding> old(known.begin(), known.end());
  auto findings = FindingsIn(after, PoliciesOf(after));
  const auto is_old = [&](const PolicyFinding& each) {
    return old.count(each) > 0 && Has(before, after.policies().at(each.policy));
  };
  findings.erase(std::remove_if(findings.begin(), findings.end(), is_old), findings.end());
  return findings;
}

}  // namespace portcullis::insight
