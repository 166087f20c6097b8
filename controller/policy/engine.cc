// SPDX-License-Identifier: Apache-2.0
//
// See engine.h. Changes go into the stores at once, and each store tells what depends on it;
// groups, sets and dispatch maps are settled when a delta is taken, so that what came and went in
// between costs nothing more.
#include "controller/policy/engine.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "controller/policy/groups.h"
#include "controller/policy/known_pods.h"
#include "controller/policy/named_ports.h"
#include "controller/policy/names.h"
#include "controller/policy/peer_selectors.h"
#include "controller/policy/pod_classes.h"
#include "controller/policy/pod_questions.h"
#include "controller/policy/pod_sets.h"
#include "controller/policy/pod_store.h"
#include "controller/policy/policy_index.h"
#include "controller/policy/subjects.h"
#include "controller/policy/vocabulary.h"

namespace portcullis::policy {

class Engine::Impl final : private PodListener {
 public:
  Impl(std::string node_name, LogGroup denied_log)
      : node_name_(std::move(node_name)),
        classes_(vocabulary_),
        pods_(vocabulary_, classes_, *this),
        selectors_(vocabulary_, classes_),
        ports_(vocabulary_, classes_, selectors_),
        sets_(vocabulary_, classes_, pods_, selectors_),
        policies_(vocabulary_, classes_),
        groups_(classes_, policies_, ports_, sets_, denied_log),
        subjects_(classes_, pods_, groups_),
        known_(pods_) {}

  void Apply(Changes changes) {
    ApplyNamespaces(changes.namespaces);
    ApplyPods(changes.pods);
    ApplyPolicies(std::move(changes.policies));
    if (changes.pod_ranges) {
      known_.SetRanges(std::move(*changes.pod_ranges));
    }
  }

  nft::Ruleset TakeWhole() {
    started_ = true;
    Settle(nullptr);
    nft::Ruleset ruleset;
    ruleset.table = kTableName;
    ruleset.comment = kTableComment;
    groups_.WriteAll(ruleset);
    sets_.WriteAll(ruleset.sets);
    subjects_.WriteAll(ruleset.sets);
    known_.WriteAll(ruleset.sets);
    return ruleset;
  }

  Delta TakeDelta() {
    Delta delta;
    if (started_) {
      Settle(&delta);
    }
    return delta;
  }

  [[nodiscard]] const PodStore& pods() const { return pods_; }
  [[nodiscard]] const KnownPods& known() const { return known_; }
  [[nodiscard]] const PodClasses& classes() const { return classes_; }
  [[nodiscard]] const PolicyIndex& policies() const { return policies_; }

  [[nodiscard]] size_t CountSelected(const k8s::NetworkPolicy& policy) const {
    size_t count = 0;
    for (const uint32_t pod_class : policies_.Selected(policy.meta.key)) {
      count += pods_.CountLive(pod_class);
    }
    return count;
  }

  [[nodiscard]] const GroupId* FindGroup(const IpAddress& address, Direction direction) const {
    const uint32_t pod_class = pods_.ClassAt(address);
    return pod_class == kNone ? nullptr : groups_.IdOf(pod_class, direction);
  }

  [[nodiscard]] const Groups& groups() const { return groups_; }

  [[nodiscard]] std::vector<LocalPod> LocalPods() const {
    std::vector<LocalPod> local;
    for (const uint32_t pod_class : classes_.local()) {
      const GroupId* egress = groups_.IdOf(pod_class, Direction::kEgress);
      const GroupId* ingress = groups_.IdOf(pod_class, Direction::kIngress);
      for (PodStore::Owned& owned : pods_.OwnersIn(pod_class)) {
        local.push_back({std::move(owned.pod), std::move(owned.addresses), egress, ingress});
      }
    }
    std::sort(local.begin(), local.end(), [](const LocalPod& a, const LocalPod& b) {
      return a.key < b.key;
    });
    return local;
  }

  [[nodiscard]] PodQuestions questions() const { return {vocabulary_, classes_, pods_}; }

  [[nodiscard]] Footprint Measure() const {
    return {pods_.size(),
            classes_.size(),
            vocabulary_.size(),
            selectors_.size(),
            ports_.size(),
            sets_.size(),
            groups_.size(),
            subjects_.size(),
            pods_.nodes()};
  }

 private:
  // What a pod's change means for sets and groups.

  void ClassAdded(uint32_t pod_class) override {
    classes_[pod_class].selectors = selectors_.Selecting(pod_class);
  }

  void ClassGone(uint32_t pod_class) override { groups_.ForgetClass(pod_class); }

  void Gained(uint32_t pod_class, const IpAddress& address) override {
    const PodClass& of = classes_[pod_class];
    if (of.owned[0] + of.owned[1] == 1) {
      ports_.ClassCame(pod_class);
    }
    if (of.key.local && of.owned[static_cast<size_t>(address.family())] == 1) {
      groups_.TouchClass(pod_class);
    }
    Move(pod_class, address, /*gained=*/true);
  }

  void Lost(uint32_t pod_class, const IpAddress& address) override {
    const PodClass& of = classes_[pod_class];
    if (!of.live()) {
      ports_.ClassWent(pod_class);
    }
    if (of.key.local && of.owned[static_cast<size_t>(address.family())] == 0) {
      groups_.TouchClass(pod_class);
    }
    Move(pod_class, address, /*gained=*/false);
  }

  void Move(uint32_t pod_class, const IpAddress& address, bool gained) {
    for (const uint32_t set : sets_.SetsOf(pod_class)) {
      sets_.Toggle(set, address, gained);
    }
    if (classes_[pod_class].key.local) {
      subjects_.Touch(address);
    }
    known_.Touch(address);
  }

  void ApplyPods(const KindChanges<k8s::Pod>& changes) {
    for (const auto& [key, change] : changes.objects) {
      if (change.object) {
        pods_.Put(*change.object, change.object->node_name == node_name_, change.list);
      } else {
        pods_.Remove(key);
      }
    }
    if (changes.complete_list) {
      pods_.Sweep(*changes.complete_list);
    }
  }

  void ApplyNamespaces(const KindChanges<k8s::Namespace>& changes) {
    for (const auto& [key, change] : changes.objects) {
      if (change.object) {
        if (classes_.SetNamespace(key.name, change.object->meta.labels, change.list)) {
          Reclassify(key.name);
        }
      } else {
        ForgetNamespace(key.name);
      }
    }
    if (changes.complete_list) {
      for (const std::string& name : classes_.NamespacesBefore(*changes.complete_list)) {
        ForgetNamespace(name);
      }
    }
  }

  void ForgetNamespace(const std::string& name) {
    if (classes_.ForgetNamespace(name)) {
      Reclassify(name);
    }
  }

  /// Namespace selectors may select other namespaces than before.
  void Reclassify(const std::string& name) {
    if (const auto ns = vocabulary_.FindText(name)) {
      classes_.ForEachIn(*ns, [this](uint32_t pod_class) { ReclassifyPods(pod_class); });
    }
  }

  void ReclassifyPods(uint32_t pod_class) {
    std::vector<uint32_t> now = selectors_.Selecting(pod_class);
    if (now == classes_[pod_class].selectors) {
      return;
    }
    const auto sets_before = sets_.SetsOf(pod_class);
    const auto before = std::exchange(classes_[pod_class].selectors, std::move(now));
    if (classes_[pod_class].live()) {
      TellPorts(pod_class, before, classes_[pod_class].selectors);
      TellSets(pod_class, sets_before, sets_.SetsOf(pod_class));
    }
  }

  void TellPorts(uint32_t pod_class,
                 const std::vector<uint32_t>& before,
                 const std::vector<uint32_t>& after) {
    for (const uint32_t selector : OnlyInFirst(before, after)) {
      ports_.Deselected(selector, pod_class);
    }
    for (const uint32_t selector : OnlyInFirst(after, before)) {
      ports_.Selected(selector, pod_class);
    }
  }

  void TellSets(uint32_t pod_class,
                const std::vector<uint32_t>& before,
                const std::vector<uint32_t>& after) {
    const auto lost = OnlyInFirst(before, after);
    const auto gained = OnlyInFirst(after, before);
    pods_.ForEachAddress(pod_class, [&](const IpAddress& address) {
      for (const uint32_t set : lost) {
        sets_.Toggle(set, address, /*gained=*/false);
      }
      for (const uint32_t set : gained) {
        sets_.Toggle(set, address, /*gained=*/true);
      }
    });
  }

  static std::vector<uint32_t> OnlyInFirst(const std::vector<uint32_t>& first,
                                           const std::vector<uint32_t>& second) {
    std::vector<uint32_t> only;
    std::set_difference(
        first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(only));
    return only;
  }

  void ApplyPolicies(KindChanges<k8s::NetworkPolicy> changes) {
    for (auto& [key, change] : changes.objects) {
      if (change.object) {
        const auto selected = policies_.Selected(key);
        if (policies_.Put(std::move(*change.object), change.list)) {
          groups_.TouchPolicy(key, selected);
          groups_.TouchPolicy(key, policies_.Selected(key));
        }
      } else {
        RemovePolicy(key);
      }
    }
    if (changes.complete_list) {
      for (const k8s::ObjectKey& key : policies_.Before(*changes.complete_list)) {
        RemovePolicy(key);
      }
    }
  }

  void RemovePolicy(const k8s::ObjectKey& key) {
    groups_.TouchPolicy(key, policies_.Selected(key));
    policies_.Remove(key);
  }

  void Settle(Delta* delta) {
    for (const uint32_t pod_class : groups_.Settle(delta)) {
      pods_.ForEachAddress(pod_class,
                           [this](const IpAddress& address) { subjects_.Touch(address); });
    }
    subjects_.Settle(delta);
    known_.Settle(delta);
  }

  const std::string node_name_;
  bool started_ = false;
  Vocabulary vocabulary_;
  PodClasses classes_;
  PodStore pods_;
  PeerSelectors selectors_;
  NamedPorts ports_;
  PodSets sets_;
  PolicyIndex policies_;
  Groups groups_;
  Subjects subjects_;
  KnownPods known_;
};

Engine::Engine(std::string node_name, LogGroup denied_log)
    : impl_(std::make_unique<Impl>(std::move(node_name), denied_log)) {}
Engine::~Engine() = default;

void Engine::Apply(Changes changes) {
  impl_->Apply(std::move(changes));
}

nft::Ruleset Engine::TakeWhole() {
  return impl_->TakeWhole();
}

Delta Engine::TakeDelta() {
  return impl_->TakeDelta();
}

const std::optional<PodRanges>& Engine::pod_ranges() const {
  return impl_->known().ranges();
}

size_t Engine::pods() const {
  return impl_->pods().size();
}

size_t Engine::local_pods() const {
  return impl_->pods().local_pods();
}

size_t Engine::namespaces() const {
  return impl_->classes().known_namespaces();
}

size_t Engine::policies() const {
  return impl_->policies().size();
}

const k8s::NetworkPolicy* Engine::FindPolicy(const k8s::ObjectKey& key) const {
  return impl_->policies().Find(key);
}

std::optional<k8s::ObjectKey> Engine::FindPod(const IpAddress& address) const {
  const PodStore& pods = impl_->pods();
  return pods.ClassAt(address) == kNone ? std::nullopt : std::optional(pods.KeyAt(address));
}

const std::string* Engine::FindNode(const IpAddress& address) const {
  return impl_->pods().NodeAt(address);
}

const GroupId* Engine::FindGroup(const IpAddress& address, Direction direction) const {
  return impl_->FindGroup(address, direction);
}

const GroupId* Engine::FindGroup(std::string_view chain) const {
  return impl_->groups().FindByChain(chain);
}

const std::vector<GroupId>& Engine::DepartedGroups() const {
  return impl_->groups().departed();
}

std::vector<Engine::LocalPod> Engine::LocalPods() const {
  return impl_->LocalPods();
}

std::vector<const k8s::NetworkPolicy*> Engine::Policies() const {
  std::vector<const k8s::NetworkPolicy*> policies;
  impl_->policies().ForEach([&](const k8s::NetworkPolicy& policy) { policies.push_back(&policy); });
  return policies;
}

size_t Engine::CountSelected(const k8s::NetworkPolicy& policy) const {
  return impl_->CountSelected(policy);
}

PodQuestions Engine::questions() const {
  return impl_->questions();
}

Engine::Footprint Engine::Measure() const {
  return impl_->Measure();
}

}  // namespace portcullis::policy
