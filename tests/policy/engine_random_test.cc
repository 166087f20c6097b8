// SPDX-License-Identifier: Apache-2.0
//
// Random events in every form in which they can come: one by one, squashed, split, repeated, in
// another order, as lists in pieces that are completed or given up. After each burst the engine's
// delta must lead to what the reference compiles. PORTCULLIS_SEED and PORTCULLIS_ITERATIONS
// override the defaults; a failure prints the seed of its world.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/policy/engine_world.h"
#include "tests/support/from_environment.h"
#include "tests/support/oracle/generator.h"

namespace portcullis::test {
namespace {

const uint64_t kSeed = FromEnvironment("PORTCULLIS_SEED", 20260101);
const uint64_t kWorlds = FromEnvironment("PORTCULLIS_ITERATIONS", 500);
constexpr int kBursts = 12;

template <typename T>
struct Kind;
template <>
struct Kind<k8s::Pod> {
  static auto& Of(policy::Changes& changes) { return changes.pods; }
  static auto& Of(k8s::Objects& objects) { return objects.pods; }
  static constexpr size_t kNumber = 0;
};
template <>
struct Kind<k8s::Namespace> {
  static auto& Of(policy::Changes& changes) { return changes.namespaces; }
  static auto& Of(k8s::Objects& objects) { return objects.namespaces; }
  static constexpr size_t kNumber = 1;
};
template <>
struct Kind<k8s::NetworkPolicy> {
  static auto& Of(policy::Changes& changes) { return changes.policies; }
  static auto& Of(k8s::Objects& objects) { return objects.policies; }
  static constexpr size_t kNumber = 2;
};

template <typename T>
void Shuffle(Random& random, std::vector<T>& items) {
  for (size_t i = items.size(); i > 1; --i) {
    std::swap(items[i - 1], items[random.Below(i)]);
  }
}

/// One world as it goes on, and the engines of its nodes.
class Course {
 public:
  explicit Course(uint64_t seed) : random_(seed) {
    for (const std::string& node : options_.nodes) {
      worlds_.emplace(node, node);
    }
    objects_ = RandomObjects(random_, options_);
    if (random_.Chance(30)) {
      Crowd();
    }
    RelistAll();
    Check();
  }

  void Step() {
    switch (random_.Below(13)) {
      case 0:
        return OneByOne(/*reversed=*/true);
      case 1:
      case 2:
        return Squashed();
      case 3:
        return Relist<k8s::Pod>();
      case 4:
        return Relist<k8s::Namespace>();
      case 5:
        return Relist<k8s::NetworkPolicy>();
      case 6:
        return ThereAndBack();
      case 7:
        return DeleteUnknown();
      case 8:
        return OtherRanges();
      default:
        return OneByOne(/*reversed=*/false);
    }
  }

  void Check() {
    for (auto& [node, world] : worlds_) {
      if (!std::exchange(started_[node], true) || random_.Chance(5)) {
        world.CheckWhole();
      } else if (random_.Chance(90)) {
        (void)world.Check();
      }
    }
  }

 private:
  /// More policies, so that groups are found by port and the peers of a port are merged.
  void Crowd() {
    for (size_t count = 12 + random_.Below(24); count > 0; --count) {
      const std::string name = "crowd" + std::to_string(count);
      objects_.policies.push_back(RandomPolicy(random_, objects_, options_, name));
    }
  }

  template <typename T>
  void AddDifference(k8s::Objects& before, std::vector<policy::Changes>& changes) {
    std::map<k8s::ObjectKey, const T*> old;
    for (const T& object : Kind<T>::Of(before)) {
      old[object.meta.key] = &object;
    }
    for (const T& object : Kind<T>::Of(objects_)) {
      const auto found = old.find(object.meta.key);
      if (found == old.end() || !(*found->second == object)) {
        changes.push_back(ChangeOf<T>(object.meta.key, object));
      }
      old.erase(object.meta.key);
    }
    for (const auto& [key, object] : old) {
      changes.push_back(ChangeOf<T>(key, std::nullopt));
    }
  }

  template <typename T>
  policy::Changes ChangeOf(const k8s::ObjectKey& key, std::optional<T> object) {
    policy::Changes changes;
    Kind<T>::Of(changes).objects[key] = {std::move(object), lists_.at(Kind<T>::kNumber)};
    return changes;
  }

  /// The events of one or more random mutations.
  std::vector<policy::Changes> Events(size_t mutations) {
    k8s::Objects before = objects_;
    for (size_t i = 0; i < mutations; ++i) {
      (void)Mutate(random_, objects_, options_);
    }
    std::vector<policy::Changes> events;
    AddDifference<k8s::Pod>(before, events);
    AddDifference<k8s::Namespace>(before, events);
    AddDifference<k8s::NetworkPolicy>(before, events);
    return events;
  }

  void Apply(const policy::Changes& changes) {
    for (auto& [node, world] : worlds_) {
      world.Apply(changes);
    }
  }

  void OneByOne(bool reversed) {
    auto events = Events(1 + random_.Below(5));
    if (reversed) {
      std::reverse(events.begin(), events.end());
    }
    for (const policy::Changes& event : events) {
      Apply(event);
      if (random_.Chance(20)) {
        Apply(event);
      }
      if (random_.Chance(20)) {
        Check();
      }
    }
  }

  void Squashed() {
    policy::Changes all;
    for (policy::Changes& event : Events(1 + random_.Below(12))) {
      all.pods.objects.merge(event.pods.objects);
      all.namespaces.objects.merge(event.namespaces.objects);
      all.policies.objects.merge(event.policies.objects);
    }
    Apply(all);
  }

  void ThereAndBack() {
    const k8s::Objects before = objects_;
    for (const policy::Changes& event : Events(1 + random_.Below(4))) {
      Apply(event);
    }
    k8s::Objects now = std::exchange(objects_, before);
    std::vector<policy::Changes> back;
    AddDifference<k8s::Pod>(now, back);
    AddDifference<k8s::Namespace>(now, back);
    AddDifference<k8s::NetworkPolicy>(now, back);
    for (const policy::Changes& event : back) {
      Apply(event);
    }
    for (auto& [node, world] : worlds_) {
      if (random_.Chance(50)) {
        (void)world.Check();
      }
    }
  }

  /// The nodes learn their pods' ranges; the base chains' sets come and go with them.
  void OtherRanges() {
    policy::Changes changes;
    changes.pod_ranges.emplace();
    for (size_t count = random_.Below(3); count > 0; --count) {
      const auto& addresses = objects_.pods.empty()
                                  ? std::vector<IpAddress>()
                                  : objects_.pods[random_.Below(objects_.pods.size())].addresses;
      for (const IpAddress& address : addresses) {
        const auto prefix = static_cast<uint8_t>(random_.Below(8 * address.size() + 1));
        changes.pod_ranges->push_back({address.FirstOf(prefix), prefix});
      }
    }
    Apply(changes);
    for (auto& [node, world] : worlds_) {
      world.CheckWhole();
    }
  }

  void DeleteUnknown() {
    Apply(ChangeOf<k8s::Pod>({"x", "unknown"}, std::nullopt));
    Apply(ChangeOf<k8s::Namespace>({"", "unknown"}, std::nullopt));
    Apply(ChangeOf<k8s::NetworkPolicy>({"unknown", "unknown"}, std::nullopt));
  }

  /// The kind is listed in pieces, between which other kinds go on; some objects have vanished
  /// unseen. Some lists are given up before they are complete, some pieces come twice.
  template <typename T>
  void Relist() {
    uint32_t& list = lists_.at(Kind<T>::kNumber);
    ++list;
    auto& objects = Kind<T>::Of(objects_);
    while (!objects.empty() && random_.Chance(40)) {
      objects.erase(objects.begin());
    }
    std::vector<T> items = objects;
    Shuffle(random_, items);
    const bool given_up = random_.Chance(20);
    if (given_up) {
      items.resize(items.size() / 2);
    }
    for (const T& object : items) {
      Apply(ChangeOf<T>(object.meta.key, object));
      if (random_.Chance(10)) {
        Check();
      }
    }
    if (given_up) {
      return Relist<T>();
    }
    policy::Changes complete;
    Kind<T>::Of(complete).complete_list = list;
    Apply(complete);
  }

  void RelistAll() {
    Relist<k8s::Pod>();
    Relist<k8s::Namespace>();
    Relist<k8s::NetworkPolicy>();
  }

  const GeneratorOptions options_;
  Random random_;
  k8s::Objects objects_;
  std::map<std::string, EngineWorld> worlds_;
  std::map<std::string, bool> started_;
  std::vector<uint32_t> lists_ = {0, 0, 0};
};

}  // namespace

TEST_CASE("whatever comes in whatever way, the engine's table is the compiler's (10.5)") {
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    INFO("PORTCULLIS_SEED=" << seed);
    Course course(seed);
    for (int burst = 0; burst < kBursts; ++burst) {
      course.Step();
      course.Check();
    }
  }
  SUCCEED();
}

}  // namespace portcullis::test
