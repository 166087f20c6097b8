// SPDX-License-Identifier: Apache-2.0
//
// Objects as a cluster's API server holds them: a pod of some 6 KB, with two containers, their
// environment and probes, conditions and managedFields, of which a policy needs a hundredth part.
// Pure. Neighbours: scale_world says which objects there are; whole_api writes them.
#ifndef PORTCULLIS_TESTS_BENCH_WHOLE_BODIES_H_
#define PORTCULLIS_TESTS_BENCH_WHOLE_BODIES_H_

#include <string>

#include "k8s-client/types.h"
#include "tests/support/api/object_store.h"

namespace portcullis::bench {

/// An object to be written, and what a kube-apiserver takes by another way.
struct Body {
  test::PreparedObject object;
  std::string status;  ///< Of a pod: the value of its `status`; else empty.
};

/// `revision` goes into the status alone: another one is a change that no policy looks at.
[[nodiscard]] Body PodBody(const k8s::Pod& pod, size_t revision = 0);
[[nodiscard]] Body NamespaceBody(const k8s::Namespace& ns);
[[nodiscard]] Body PolicyBody(k8s::NetworkPolicy policy);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_WHOLE_BODIES_H_
