// SPDX-License-Identifier: Apache-2.0
//
// The table that a node's kernel holds, for the tests that look at it or damage it. Neighbours:
// nft/mnl_kernel reads it.
#ifndef PORTCULLIS_TESTS_LAB_KERNEL_TABLE_H_
#define PORTCULLIS_TESTS_LAB_KERNEL_TABLE_H_

#include "nft/kernel.h"
#include "tests/lab/topology.h"

namespace portcullis::lab {

/// Throws LabError where it cannot be read.
[[nodiscard]] nft::Snapshot DumpTable(const Host& node);

/// Throws LabError where the kernel refuses it, as where the ruleset is not `seen` any more.
void Commit(const Host& node, const nft::ChangeSet& change, const nft::Snapshot& seen);

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_KERNEL_TABLE_H_
