// SPDX-License-Identifier: Apache-2.0
//
// The pods of the cluster, in few bytes each, and whose each address is (docs/semantics.md, section
// 8). All that follows from a pod follows from its class and from the addresses it owns; both are
// told to a listener as they change. Pure. Filled by engine.cc; live_pods.h is the reference.
#ifndef PORTCULLIS_CONTROLLER_POLICY_POD_STORE_H_
#define PORTCULLIS_CONTROLLER_POLICY_POD_STORE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "controller/policy/id_set.h"
#include "controller/policy/node_addresses.h"
#include "controller/policy/pod_classes.h"
#include "controller/policy/slab.h"
#include "controller/policy/vocabulary.h"
#include "k8s-client/types.h"

namespace portcullis::policy {

/// Hears of changes as they happen; must not change the store.
class PodListener {
 public:
  virtual ~PodListener() = default;
  /// A class of pods is there that was not; none of its pods owns an address yet.
  virtual void ClassAdded(uint32_t pod_class) = 0;
  /// A class is about to go: there is no pod of it any more.
  virtual void ClassGone(uint32_t pod_class) = 0;
  /// The address is one of a pod of this class from now on.
  virtual void Gained(uint32_t pod_class, const IpAddress& address) = 0;
  /// It is not any more.
  virtual void Lost(uint32_t pod_class, const IpAddress& address) = 0;

 protected:
  PodListener() = default;
  PodListener(const PodListener&) = default;
  PodListener& operator=(const PodListener&) = default;
  PodListener(PodListener&&) = default;
  PodListener& operator=(PodListener&&) = default;
};

struct AddressHash {
  size_t operator()(const IpAddress& address) const { return address.Hash(); }
};

class PodStore {
 public:
  /// All must outlive the store.
  PodStore(Vocabulary& vocabulary, PodClasses& classes, PodListener& listener);

  /// `local`: it is of this node. `list`: see changes.h.
  void Put(const k8s::Pod& pod, bool local, uint32_t list);
  void Remove(const k8s::ObjectKey& key);
  /// Removes what a list before `list` has told of last.
  void Sweep(uint32_t list);

  [[nodiscard]] size_t size() const { return by_key_.size(); }
  [[nodiscard]] size_t local_pods() const { return local_pods_; }
  /// The pod that owns the address, and its class; kNone where no pod does.
  [[nodiscard]] uint32_t ClassAt(const IpAddress& address) const;
  [[nodiscard]] k8s::ObjectKey KeyAt(const IpAddress& address) const;
  /// See NodeAddresses.
  [[nodiscard]] const std::string* NodeAt(const IpAddress& address) const {
    return nodes_.Find(address);
  }
  [[nodiscard]] size_t nodes() const { return nodes_.size(); }
  /// How many pods of the class are live.
  [[nodiscard]] size_t CountLive(uint32_t pod_class) const;

  struct Owned {
    k8s::ObjectKey pod;
    std::vector<IpAddress> addresses;  ///< Never empty; sorted.
  };
  /// The live pods of the class, in no order that means something.
  [[nodiscard]] std::vector<Owned> OwnersIn(uint32_t pod_class) const;

  /// Calls `visit` with each address that a pod owns, in no order that means something.
  template <typename Visit>
  void ForEachOwned(const Visit& visit) const {
    for (const uint32_t id : owned_) {
      visit(addresses_[id].address);
    }
  }

  /// Calls `visit` with each address that a pod of the class owns.
  template <typename Visit>
  void ForEachAddress(uint32_t pod_class, const Visit& visit) const {
    for (uint32_t pod = classes_[pod_class].first_pod; pod != kNone; pod = pods_[pod].next) {
      for (uint32_t id = pods_[pod].first_address; id != kNone; id = addresses_[id].next) {
        if (addresses_[id].owned) {
          visit(addresses_[id].address);
        }
      }
    }
  }

 private:
  /// A text in its own piece of memory: most names of pods are too long to be kept in place.
  class Name {
   public:
    Name() = default;
    explicit Name(std::string_view text);
    [[nodiscard]] std::string_view view() const;

   private:
    std::unique_ptr<char[]> bytes_;  ///< Its size, then the text.
  };

  struct Pod {
    Name name;
    uint64_t claim = 0;  ///< Claim of live_pods.h as a number.
    uint32_t ns = 0;
    uint32_t pod_class = kNone;  ///< kNone: it can have no identity.
    uint32_t list = 0;
    uint32_t node = kNone;  ///< Of nodes_: what it shows of its node.
    uint32_t first_address = kNone;
    uint32_t previous = kNone;  ///< Of the pods of its class.
    uint32_t next = kNone;      ///< As above.
    bool local = false;
  };
  /// One pod's claim to an address.
  struct Address {
    IpAddress address;
    bool owned = false;
    uint32_t pod = 0;
    uint32_t next = kNone;  ///< Of the same pod.
  };
  struct Key {
    uint32_t ns = 0;
    std::string_view name;

    bool operator==(const Key&) const = default;
  };
  struct KeyHash {
    size_t operator()(const Key& key) const;
  };
  struct KeyOf {
    const Slab<Pod>* pods;
    Key operator()(uint32_t id) const { return {(*pods)[id].ns, (*pods)[id].name.view()}; }
  };
  struct AddressOf {
    const Slab<Address>* addresses;
    const IpAddress& operator()(uint32_t id) const { return (*addresses)[id].address; }
  };

  [[nodiscard]] std::optional<uint32_t> Find(const k8s::ObjectKey& key) const;
  uint32_t Add(const k8s::ObjectKey& key);
  void RemovePod(uint32_t pod);
  void SetLocal(uint32_t pod, bool local);
  void SetNode(uint32_t id, const k8s::Pod* pod);
  void SetClass(uint32_t pod, const ClassKey& key);
  void LeaveClass(uint32_t pod);
  void Enter(uint32_t pod, uint32_t pod_class);
  void SetClaim(uint32_t pod, uint64_t claim);
  void DropAddressesBut(uint32_t pod, const std::vector<IpAddress>& wanted);
  void AddAddresses(uint32_t pod, const std::vector<IpAddress>& wanted);
  void ClaimAddress(uint32_t id);
  void WithdrawAddress(uint32_t id);
  void Elect(const IpAddress& address);
  void Own(uint32_t id);
  void Disown(uint32_t id);
  [[nodiscard]] bool Prevails(uint32_t a, uint32_t b) const;

  Vocabulary& vocabulary_;
  PodClasses& classes_;
  PodListener& listener_;
  Slab<Pod> pods_;
  Slab<Address> addresses_;
  NodeAddresses nodes_;
  IdSet<KeyOf, KeyHash> by_key_;
  IdSet<AddressOf, AddressHash> owned_;
  /// Those that several pods claim, which is rare.
  std::map<IpAddress, std::vector<uint32_t>> contested_;
  size_t local_pods_ = 0;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_POD_STORE_H_
