// SPDX-License-Identifier: Apache-2.0
//
// The table of a node that knows the ranges of its pods' addresses, for the tests of what is
// counted by them.
#ifndef PORTCULLIS_TESTS_POLICY_WITH_RANGES_H_
#define PORTCULLIS_TESTS_POLICY_WITH_RANGES_H_

#include <utility>

#include "controller/policy/compile.h"
#include "tests/policy/builders.h"

namespace portcullis::test {

/// What kNode has for `objects`.
[[nodiscard]] inline nft::Ruleset CompileWith(const k8s::Objects& objects,
                                              policy::PodRanges ranges) {
  policy::World world(objects);
  policy::Changes changes;
  changes.pod_ranges = std::move(ranges);
  world.Apply(std::move(changes));
  policy::CompileOptions options;
  options.node_name = kNode;
  return policy::Compile(world, options);
}

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_POLICY_WITH_RANGES_H_
