// SPDX-License-Identifier: Apache-2.0
//
// The simple way: take the change into the world, compile the whole, compare with the whole of
// before, keep the new one. See subject.h.
#include <optional>
#include <utility>
#include <vector>

#include "controller/policy/compile.h"
#include "controller/policy/world.h"
#include "nft/diff.h"
#include "tests/bench/core/subject.h"
#include "tests/bench/support/world.h"

namespace portcullis::bench {
namespace {

class Reference final : public Subject {
 public:
  void Load(k8s::Objects objects) override {
    world_ = policy::World(objects);
    Reconcile();
  }

  void Prepare(AnyChange change) override {
    changes_ = {};
    std::visit([this](auto& specific) { Put(std::move(specific)); }, change);
  }

  size_t Take() override {
    world_.Apply(std::move(changes_));
    return Reconcile();
  }

 private:
  size_t Reconcile() {
    const nft::Ruleset want = policy::Compile(world_, {kLocalNode, policy::MarkLayout{}, 1});
    const nft::ChangeSet change = nft::Diff(have_, want);
    auto after = nft::Apply(change, std::move(have_).value_or(nft::Ruleset{}), Handles(change));
    have_ = std::move(after.value());
    return change.operations.size();
  }

  /// As the kernel would number the new rules.
  std::vector<uint64_t> Handles(const nft::ChangeSet& change) {
    std::vector<uint64_t> handles;
    for (const nft::Operation& operation : change.operations) {
      if (std::holds_alternative<nft::AddRule>(operation)) {
        handles.push_back(++last_handle_);
      }
    }
    return handles;
  }

  template <typename T>
  static void Put(policy::KindChanges<T>& changes, Change<T> change) {
    changes.objects.insert_or_assign(std::move(change.key),
                                     policy::ObjectChange<T>{std::move(change.object), 0});
  }
  void Put(Change<k8s::Pod> change) { Put(changes_.pods, std::move(change)); }
  void Put(Change<k8s::Namespace> change) { Put(changes_.namespaces, std::move(change)); }
  void Put(Change<k8s::NetworkPolicy> change) { Put(changes_.policies, std::move(change)); }

  policy::World world_;
  policy::Changes changes_;
  std::optional<nft::Ruleset> have_;
  uint64_t last_handle_ = 0;
};

}  // namespace

std::unique_ptr<Subject> MakeReference() {
  return std::make_unique<Reference>();
}

}  // namespace portcullis::bench
