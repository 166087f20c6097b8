// SPDX-License-Identifier: Apache-2.0
//
// See cleanup.h.
#include "controller/cli/cleanup.h"

#include <iostream>

#include "controller/cli/complaint.h"
#include "controller/policy/compile.h"
#include "controller/process/capability.h"
#include "controller/process/exit_codes.h"
#include "controller/process/signals.h"
#include "nft/mnl_conntrack.h"
#include "nft/mnl_kernel.h"

namespace portcullis::cli {
namespace {

/// Deletes the table where it exists. Other programs may change the ruleset in between, hence the
/// loop.
Result<bool> DeleteTable(nft::Kernel& kernel) {
  constexpr int kAttempts = 10;
  for (int attempt = 1;; ++attempt) {
    const auto snapshot = kernel.Dump(policy::kTableName);
    if (!snapshot) {
      return Fail(snapshot.error());
    }
    if (!snapshot->table) {
      return false;
    }
    const auto receipt =
        kernel.Commit({policy::kTableName, {nft::DeleteTable{}}}, snapshot->generation);
    if (receipt) {
      return true;
    }
    if (receipt.error().code != ErrorCode::kConflict || attempt == kAttempts) {
      return Fail(receipt.error());
    }
  }
}

/// Removes the table and clears the marks, saying so.
Result<void> CleanNode(const policy::MarkLayout& marks) {
  if (auto raised = RaiseNetAdmin(); !raised) {
    return raised;
  }
  auto kernel = nft::MnlKernel::Open();
  if (!kernel) {
    return Fail(kernel.error());
  }
  const auto removed = DeleteTable(*kernel);
  if (!removed) {
    return Fail(removed.error());
  }
  std::cout << "table inet " << policy::kTableName << (*removed ? " removed" : " is not there")
            << std::endl;
  auto conntrack = nft::MnlConntrack::Open();
  if (!conntrack) {
    return Fail(conntrack.error());
  }
  const auto cleared = conntrack->ClearMarks(marks.mask(), [](uint32_t mark) { return mark != 0; });
  if (!cleared) {
    return Fail(cleared.error());
  }
  std::cout << "conntrack marks cleared: " << *cleared << std::endl;
  return {};
}

}  // namespace

int Cleanup(const CleanupOptions& options) {
  BlockEndSignals();
  if (const auto cleaned = CleanNode(options.marks); !cleaned) {
    return Complain(cleaned.error(), kExitFailure);
  }
  if (options.stay) {
    std::cout << "this node is clean; staying until a signal comes" << std::endl;
    WaitForEndSignal();
  }
  return kExitOk;
}

}  // namespace portcullis::cli
