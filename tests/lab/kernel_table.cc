// SPDX-License-Identifier: Apache-2.0
//
// See kernel_table.h.
#include "tests/lab/kernel_table.h"

#include <utility>

#include "controller/policy/names.h"
#include "nft/mnl_kernel.h"

namespace portcullis::lab {
namespace {

template <typename T>
T OrThrow(Result<T> result) {
  if (!result) {
    throw LabError(result.error().message);
  }
  return std::move(*result);
}

}  // namespace

nft::Snapshot DumpTable(const Host& node) {
  const EnterNetns inside(node.netns);
  auto kernel = OrThrow(nft::MnlKernel::Open());
  return OrThrow(kernel.Dump(policy::kTableName));
}

void Commit(const Host& node, const nft::ChangeSet& change, const nft::Snapshot& seen) {
  const EnterNetns inside(node.netns);
  auto kernel = OrThrow(nft::MnlKernel::Open());
  if (const auto done = kernel.Commit(change, seen.generation); !done) {
    throw LabError(done.error().message);
  }
}

}  // namespace portcullis::lab
