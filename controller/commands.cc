// SPDX-License-Identifier: Apache-2.0
//
// See commands.h.
#include "controller/commands.h"

#include <algorithm>
#include <iostream>
#include <set>

#include "controller/capability.h"
#include "controller/policy/compile.h"
#include "controller/signals.h"
#include "controller/version.h"
#include "k8s-client/manifest.h"
#include "nft/mnl_conntrack.h"
#include "nft/mnl_kernel.h"
#include "nft/print.h"

namespace portcullis {
namespace {

int Report(const Error& error) {
  std::cerr << "portcullis: " << error.message << "\n";
  return error.code == ErrorCode::kPermission ? kExitPermission : kExitFailure;
}

/// Says so where the node has no pod: an empty table is seldom what the person wanted to see.
void WarnOfUnknownNode(const k8s::Objects& objects, const std::string& node_name) {
  std::set<std::string> nodes;
  for (const k8s::Pod& pod : objects.pods) {
    nodes.insert(pod.node_name);
  }
  nodes.erase("");
  if (nodes.count(node_name) > 0) {
    return;
  }
  std::cerr << "portcullis: no pod runs on node " << node_name << "; nodes in these files:";
  for (const std::string& node : nodes) {
    std::cerr << " " << node;
  }
  std::cerr << (nodes.empty() ? " none\n" : "\n");
}

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

int Render(const RenderOptions& options) {
  const auto manifests = k8s::ReadManifests(options.files);
  if (!manifests) {
    std::cerr << "portcullis: " << manifests.error().message << "\n";
    return kExitUsage;
  }
  for (const std::string& problem : manifests->problems) {
    std::cerr << "portcullis: " << problem << "\n";
  }
  WarnOfUnknownNode(manifests->objects, options.node_name);
  const policy::World world(manifests->objects);
  std::cout << nft::Print(policy::Compile(world, {options.node_name, options.marks}));
  return std::cout.flush() ? kExitOk : kExitFailure;
}

int Cleanup(const CleanupOptions& options) {
  BlockEndSignals();
  if (const auto cleaned = CleanNode(options.marks); !cleaned) {
    return Report(cleaned.error());
  }
  if (options.stay) {
    std::cout << "this node is clean; staying until a signal comes" << std::endl;
    WaitForEndSignal();
  }
  return kExitOk;
}

int PrintVersion() {
  std::cout << "portcullis " << kVersion << "\n";
  return kExitOk;
}

}  // namespace portcullis
