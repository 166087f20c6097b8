// SPDX-License-Identifier: Apache-2.0
//
// See tables.h.
#include "tests/bench/packets/tables.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "controller/policy/compile.h"
#include "controller/policy/world.h"
#include "nft/diff.h"
#include "nft/mnl_kernel.h"

namespace portcullis::bench {
namespace {

nft::Ruleset Compiled(const Size& size, size_t client_of, const policy::PodRanges& ranges) {
  policy::World world(MakeObjects(size, client_of));
  policy::Changes changes;
  changes.pod_ranges = ranges;
  world.Apply(std::move(changes));
  policy::CompileOptions options;
  options.node_name = kNode;
  return policy::Compile(world, options);
}

/// The place of the last rule that is there for policy number `policy`, in any chain.
size_t LastPlace(const nft::Ruleset& ruleset, size_t policy) {
  const std::string comment = "x/policy-" + std::to_string(policy) + " ingress[0]";
  size_t last = 0;
  for (const auto& [name, chain] : ruleset.chains) {
    for (size_t i = 0; i < chain.rules.size(); ++i) {
      last = chain.rules.at(i).comment == comment ? std::max(last, i) : last;
    }
  }
  return last;
}

template <typename T>
T OrThrow(Result<T> result) {
  if (!result) {
    throw lab::LabError(result.error().message);
  }
  return std::move(*result);
}

}  // namespace

nft::Ruleset PortcullisTable(const Size& size, const policy::PodRanges& ranges) {
  const nft::Ruleset ruleset = Compiled(size, 0, ranges);
  size_t worst = 0;
  for (size_t policy = 0; policy < size.policies; ++policy) {
    if (PortOf(policy) == kMeasuredPort && LastPlace(ruleset, policy) > LastPlace(ruleset, worst)) {
      worst = policy;
    }
  }
  return Compiled(size, worst, ranges);
}

std::string ConntrackTable() {
  return R"(table inet alone {
  chain forward {
    type filter hook forward priority filter
    ct state invalid drop
  }
})";
}

void Load(const lab::Netns& netns, const std::string& text) {
  lab::RunProgram({"nft", "-f", "-"}, text, &netns);
}

double Load(const lab::Netns& netns, const nft::Ruleset& table) {
  const lab::EnterNetns inside(netns);
  nft::MnlKernel kernel = OrThrow(nft::MnlKernel::Open());
  const auto there = OrThrow(kernel.Dump(table.table));
  const nft::ChangeSet change = nft::Diff(there.table, table);
  const auto begin = std::chrono::steady_clock::now();
  static_cast<void>(OrThrow(kernel.Commit(change, there.generation)));
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

std::string List(const lab::Netns& netns, const std::string& table) {
  return lab::RunProgram({"nft", "list", "table", "inet", table}, {}, &netns);
}

void Unload(const lab::Netns& netns) {
  Load(netns, "flush ruleset");
}

}  // namespace portcullis::bench
