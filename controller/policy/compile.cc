// SPDX-License-Identifier: Apache-2.0
//
// See compile.h.
#include "controller/policy/compile.h"

#include <utility>

#include "controller/policy/base_chains.h"
#include "controller/policy/group_chain.h"
#include "controller/policy/resolve.h"
#include "controller/policy/sets.h"

namespace portcullis::policy {
namespace {

void Put(nft::Ruleset& ruleset, nft::Chain chain) {
  ruleset.chains.insert_or_assign(chain.name, std::move(chain));
}

void PutBaseChains(nft::Ruleset& ruleset,
                   const MarkLayout& marks,
                   std::optional<uint32_t> generation) {
  for (nft::Chain& chain : BaseChains(marks, generation)) {
    Put(ruleset, std::move(chain));
  }
}

}  // namespace

nft::Ruleset Compile(const World& world, const CompileOptions& options) {
  const Resolved resolved = Resolve(world, options.node_name);
  nft::Ruleset ruleset;
  ruleset.table = kTableName;
  ruleset.comment = "Kubernetes NetworkPolicy, kept by portcullis";
  ruleset.sets = Sets(resolved);
  PutBaseChains(ruleset, options.marks, options.generation);
  for (const auto& [id, group] : resolved.groups) {
    Put(ruleset, GroupChain(id, group, Tracking::kTracked));
    Put(ruleset, GroupChain(id, group, Tracking::kUntracked));
  }
  return ruleset;
}

nft::Ruleset WithGeneration(nft::Ruleset ruleset,
                            const MarkLayout& marks,
                            std::optional<uint32_t> generation) {
  PutBaseChains(ruleset, marks, generation);
  return ruleset;
}

std::optional<uint32_t> CurrentGeneration(const nft::Ruleset& ruleset, const MarkLayout& marks) {
  return AcceptedGeneration(ruleset, marks);
}

}  // namespace portcullis::policy
