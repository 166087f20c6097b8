// SPDX-License-Identifier: Apache-2.0
//
// All that a policy can say of a pod, as a class: its namespace, its labels, its named ports, and
// whether it is of this node. Pods of one class are alike to every selector, so selectors are asked
// once per class. Classes are kept by namespace, with what is known of the namespaces. Pure.
// Filled by pod_store.h and engine.cc, read by peer_selectors.h and what follows from it.
#ifndef PORTCULLIS_CONTROLLER_POLICY_POD_CLASSES_H_
#define PORTCULLIS_CONTROLLER_POLICY_POD_CLASSES_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ip.h"
#include "controller/policy/id_set.h"
#include "controller/policy/slab.h"
#include "controller/policy/vocabulary.h"

namespace portcullis::policy {

struct ClassKey {
  uint32_t ns = 0;
  uint32_t labels = 0;
  uint32_t ports = 0;
  bool local = false;

  bool operator==(const ClassKey&) const = default;
};

struct PodClass {
  ClassKey key;
  uint32_t pods = 0;                ///< How many pods are of this class.
  uint32_t first_pod = kNone;       ///< The list of them goes on in their records.
  uint32_t previous = kNone;        ///< Classes of the same namespace and `local`.
  uint32_t next = kNone;            ///< As above.
  std::array<uint32_t, 2> owned{};  ///< How many addresses its pods own, by Family.
  std::vector<uint32_t>
      selectors;  ///< The peer selectors that select it (peer_selectors.h); sorted.

  /// Whether there is a live pod of it.
  [[nodiscard]] bool live() const { return owned[0] + owned[1] != 0; }
};

class PodClasses {
 public:
  explicit PodClasses(Vocabulary& vocabulary);

  struct Acquired {
    uint32_t id = 0;
    bool is_new = false;
  };
  /// The class of the key, for one more pod. Takes over the references to the parts of the key.
  [[nodiscard]] Acquired Acquire(const ClassKey& key);
  /// One pod less. Whether it was the last one: then the caller has to Remove() the class.
  [[nodiscard]] bool Release(uint32_t id) { return --classes_[id].pods == 0; }
  void Remove(uint32_t id);

  [[nodiscard]] PodClass& operator[](uint32_t id) { return classes_[id]; }
  [[nodiscard]] const PodClass& operator[](uint32_t id) const { return classes_[id]; }
  [[nodiscard]] const LabelList& LabelsOf(uint32_t id) const {
    return vocabulary_.LabelsOf(classes_[id].key.labels);
  }
  [[nodiscard]] const PortList& PortsOf(uint32_t id) const {
    return vocabulary_.PortsOf(classes_[id].key.ports);
  }
  [[nodiscard]] const std::string& TextOf(uint32_t text) const { return vocabulary_.TextOf(text); }
  [[nodiscard]] size_t size() const { return ids_.size(); }

  /// Calls `visit` with each class of the namespace; `visit` must not add or remove any.
  template <typename Visit>
  void ForEachIn(uint32_t ns, bool local, const Visit& visit) const {
    const auto found = namespaces_.find(ns);
    if (found != namespaces_.end()) {
      VisitList(found->second.first_class[local ? 1 : 0], visit);
    }
  }
  template <typename Visit>
  void ForEachIn(uint32_t ns, const Visit& visit) const {
    ForEachIn(ns, /*local=*/false, visit);
    ForEachIn(ns, /*local=*/true, visit);
  }
  /// Those of this node, in no order that means something.
  [[nodiscard]] const std::set<uint32_t>& local() const { return local_; }
  template <typename Visit>
  void ForEach(const Visit& visit) const {
    for (const uint32_t id : ids_) {
      visit(id);
    }
  }
  /// Whether `fits` holds for one class, of all or of the namespace; not asked beyond that one.
  template <typename Fits>
  [[nodiscard]] bool Any(const Fits& fits) const {
    return std::any_of(ids_.begin(), ids_.end(), fits);
  }
  template <typename Fits>
  [[nodiscard]] bool AnyIn(uint32_t ns, const Fits& fits) const {
    const auto found = namespaces_.find(ns);
    return found != namespaces_.end() && (AnyInList(found->second.first_class[0], fits) ||
                                          AnyInList(found->second.first_class[1], fits));
  }

  // Namespaces are known from the first list that names them until they are deleted.

  /// Whether its labels are others than before, or it was not known.
  bool SetNamespace(const std::string& name, const k8s::Labels& labels, uint32_t list);
  /// Whether it was known.
  bool ForgetNamespace(const std::string& name);
  /// The known ones that a list before `list` has told of last.
  [[nodiscard]] std::vector<std::string> NamespacesBefore(uint32_t list) const;
  [[nodiscard]] size_t known_namespaces() const { return known_; }
  /// Null while it is not known.
  [[nodiscard]] const LabelList* LabelsOfNamespace(uint32_t ns) const;
  /// Whether `fits` holds for one of the known ones and its labels.
  template <typename Fits>
  [[nodiscard]] bool AnyKnownNamespace(const Fits& fits) const {
    return std::any_of(namespaces_.begin(), namespaces_.end(), [&](const auto& entry) {
      const auto& [ns, state] = entry;
      return state.labels && fits(ns, vocabulary_.LabelsOf(*state.labels));
    });
  }
  template <typename Visit>
  void ForEachKnownNamespace(const Visit& visit) const {
    for (const auto& [ns, state] : namespaces_) {
      if (state.labels) {
        visit(ns, vocabulary_.LabelsOf(*state.labels));
      }
    }
  }

 private:
  struct NamespaceState {
    std::optional<uint32_t> labels;  ///< Nothing: not known.
    uint32_t list = 0;
    std::array<uint32_t, 2> first_class = {kNone, kNone};  ///< By `local`.
  };
  struct KeyOf {
    const Slab<PodClass>* classes;
    const ClassKey& operator()(uint32_t id) const { return (*classes)[id].key; }
  };
  struct KeyHash {
    size_t operator()(const ClassKey& key) const;
  };

  template <typename Visit>
  void VisitList(uint32_t id, const Visit& visit) const {
    while (id != kNone) {
      visit(id);
      id = classes_[id].next;
    }
  }
  template <typename Fits>
  [[nodiscard]] bool AnyInList(uint32_t id, const Fits& fits) const {
    while (id != kNone && !fits(id)) {
      id = classes_[id].next;
    }
    return id != kNone;
  }
  void Link(uint32_t id);
  void Unlink(uint32_t id);
  NamespaceState& NamespaceOf(uint32_t ns);
  void DropUnused(uint32_t ns);

  Vocabulary& vocabulary_;
  Slab<PodClass> classes_;
  IdSet<KeyOf, KeyHash> ids_;
  std::unordered_map<uint32_t, NamespaceState> namespaces_;  ///< Each has a reference to its name.
  std::set<uint32_t> local_;
  size_t known_ = 0;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_POD_CLASSES_H_
