// SPDX-License-Identifier: Apache-2.0
//
// A kernel that behaves like the real one (copy, apply, swap; refuses bad references; one
// generation counter) and fails on demand, for the faults that a real one cannot be made to show.
// Where the real one serves, tests use that (tests/nft, tests/lab).
#ifndef PORTCULLIS_TESTS_CONTROLLER_FAKE_KERNEL_H_
#define PORTCULLIS_TESTS_CONTROLLER_FAKE_KERNEL_H_

#include <algorithm>
#include <deque>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "nft/conntrack.h"
#include "nft/kernel.h"

namespace portcullis::test {

class FakeKernel final : public nft::Kernel {
 public:
  Result<nft::Snapshot> Dump(const std::string& /*table*/) override {
    const std::lock_guard lock(mutex_);
    ++dumps;
    return nft::Snapshot{table, generation};
  }

  Result<nft::Receipt> Commit(const nft::ChangeSet& change,
                              std::optional<uint32_t> expected) override {
    const std::lock_guard lock(mutex_);
    if (!failures.empty()) {
      Error error = failures.front();
      failures.pop_front();
      return Fail(std::move(error));
    }
    if (expected && *expected != generation) {
      return Fail(ErrorCode::kConflict, "generation has passed");
    }
    const std::vector<uint64_t> handles = NewHandles(change);
    std::vector<nft::RuleCount> ended = Ended(change);
    auto after = nft::Apply(change, table.value_or(nft::Ruleset{}), handles);
    if (!after) {
      return Fail(ErrorCode::kInvalidArgument, after.error().message);
    }
    table = std::move(*after);
    commits.push_back(change);
    return nft::Receipt{handles, ++generation, std::move(ended)};
  }

  /// Another program commits something of its own, which `edit` does to the members below. The one
  /// thing that may be called while a thread uses the kernel.
  void ForeignCommit(const std::function<void(FakeKernel&)>& edit = {}) {
    const std::lock_guard lock(mutex_);
    if (edit) {
      edit(*this);
    }
    ++generation;
  }

  std::optional<nft::Ruleset> table;
  uint32_t generation = 7;
  std::deque<Error> failures;  ///< What the next commits answer.
  std::vector<nft::ChangeSet> commits;
  uint64_t packets = 0;  ///< What each counting rule has counted when it is deleted.
  int dumps = 0;

 private:
  std::vector<uint64_t> NewHandles(const nft::ChangeSet& change) {
    std::vector<uint64_t> handles;
    for (const nft::Operation& operation : change.operations) {
      if (std::holds_alternative<nft::AddRule>(operation)) {
        handles.push_back(++last_handle_);
      }
    }
    return handles;
  }

  std::vector<nft::RuleCount> Ended(const nft::ChangeSet& change) const {
    std::vector<nft::RuleCount> ended;
    for (const nft::Operation& operation : change.operations) {
      const auto* gone = std::get_if<nft::DeleteRule>(&operation);
      if (gone == nullptr) {
        continue;
      }
      const auto& statements = gone->rule.statements;
      if (std::count(statements.begin(), statements.end(), nft::Statement(nft::Counter{})) != 0) {
        ended.push_back(
            {gone->chain, gone->rule.handle, gone->rule.comment, std::nullopt, packets, 0});
      }
    }
    return ended;
  }

  std::mutex mutex_;
  uint64_t last_handle_ = 0;
};

class FakeConntrack final : public nft::Conntrack {
 public:
  Result<size_t> ClearMarks(uint32_t mask, const std::function<bool(uint32_t)>& stale) override {
    if (failure) {
      return Fail(*failure);
    }
    ++clears;
    size_t cleared = 0;
    for (uint32_t& mark : marks) {
      if (stale(mark & mask)) {
        mark &= ~mask;
        ++cleared;
      }
    }
    return cleared;
  }

  std::vector<uint32_t> marks;
  std::optional<Error> failure;
  int clears = 0;
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_CONTROLLER_FAKE_KERNEL_H_
