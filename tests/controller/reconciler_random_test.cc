// SPDX-License-Identifier: Apache-2.0
//
// The reconciler through random events, failures and other programs' changes: whenever it reports
// success, and nobody has changed the table unheard, the kernel holds what the whole compile says.
// PORTCULLIS_SEED and PORTCULLIS_ITERATIONS override the defaults.
#include <string>

#include <catch2/catch.hpp>

#include "controller/policy/compile.h"
#include "controller/policy/world.h"
#include "controller/reconcile/reconciler.h"
#include "nft/print.h"
#include "tests/controller/fake_kernel.h"
#include "tests/support/from_environment.h"
#include "tests/support/oracle/generator.h"

namespace portcullis {
namespace {

using test::Random;

const policy::MarkLayout kMarks;

const uint64_t kSeed = test::FromEnvironment("PORTCULLIS_SEED", 20261126);
const uint64_t kRuns = test::FromEnvironment("PORTCULLIS_ITERATIONS", 100);
constexpr int kSteps = 30;

template <typename T>
void Tell(policy::KindChanges<T>& changes, const std::vector<T>& objects, uint32_t list) {
  for (const T& object : objects) {
    changes.objects[object.meta.key] = {object, list};
  }
  changes.complete_list = list;
}

/// A node whose reconciler is told the state of the cluster as complete lists.
class Run {
 public:
  explicit Run(uint64_t seed) : random_(seed), objects_(test::RandomObjects(random_, options_)) {}

  void Step() {
    said_ += test::Mutate(random_, objects_, options_) + "\n";
    ++list_;
    policy::Changes changes;
    Tell(changes.pods, objects_.pods, list_);
    Tell(changes.namespaces, objects_.namespaces, list_);
    Tell(changes.policies, objects_.policies, list_);
    reconciler_.Take(std::move(changes));
    Disturb();
    const auto outcome = reconciler_.Reconcile();
    if (outcome && !damaged_) {
      Check();
    }
  }

  /// After the notification that a real kernel sends of others' changes of the table.
  void Settle() {
    kernel_.failures.clear();
    reconciler_.Doubt();
    REQUIRE(reconciler_.Reconcile());
    Check();
  }

 private:
  void Disturb() {
    if (random_.Chance(20)) {
      kernel_.ForeignCommit();
    }
    if (random_.Chance(15)) {
      const std::vector<ErrorCode> codes = {
          ErrorCode::kConflict, ErrorCode::kInvalidArgument, ErrorCode::kUnavailable};
      kernel_.failures.push_back({random_.Pick(codes), "not now"});
    }
    if (random_.Chance(5) && kernel_.table) {
      Damage();
    } else if (random_.Chance(20)) {
      reconciler_.Doubt();
      damaged_ = false;
    }
  }

  /// Another program changes our table, and is not heard of yet.
  void Damage() {
    damaged_ = true;
    kernel_.ForeignCommit([this](test::FakeKernel& kernel) {
      if (random_.Chance(30)) {
        kernel.table.reset();
        return;
      }
      for (auto& [name, set] : kernel.table->sets) {
        if (random_.Chance(50)) {
          set.elements.clear();
        }
      }
    });
  }

  void Check() {
    const auto generation = policy::CurrentGeneration(*kernel_.table, kMarks);
    policy::World world(objects_);
    INFO(said_);
    const nft::TableSize size(*kernel_.table);
    REQUIRE(reconciler_.table_size().sets() == size.sets());
    REQUIRE(reconciler_.table_size().elements() == size.elements());
    REQUIRE(reconciler_.table_size().chains() == size.chains());
    REQUIRE(reconciler_.table_size().rules() == size.rules());
    REQUIRE(nft::Print(*kernel_.table) ==
            nft::Print(policy::Compile(world, {options_.nodes.front(), kMarks, generation})));
  }

  test::GeneratorOptions options_;
  Random random_;
  k8s::Objects objects_;
  uint32_t list_ = 0;
  bool damaged_ = false;
  std::string said_;
  test::FakeKernel kernel_;
  test::FakeConntrack conntrack_;
  Reconciler reconciler_{{"node1", kMarks}, kernel_, conntrack_};
};

TEST_CASE("Whatever goes wrong in between, the kernel ends with what is asked for",
          "[reconciler]") {
  for (uint64_t seed = kSeed; seed < kSeed + kRuns; ++seed) {
    INFO("PORTCULLIS_SEED=" << seed);
    Run run(seed);
    for (int step = 0; step < kSteps; ++step) {
      run.Step();
    }
    run.Settle();
  }
}

}  // namespace
}  // namespace portcullis
