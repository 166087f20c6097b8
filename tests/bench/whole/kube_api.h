// SPDX-License-Identifier: Apache-2.0
//
// A real etcd and kube-apiserver as a WholeApi, without nodes or controllers: what a kubelet and a
// scheduler would write is written here.
#ifndef PORTCULLIS_TESTS_BENCH_WHOLE_KUBE_API_H_
#define PORTCULLIS_TESTS_BENCH_WHOLE_KUBE_API_H_

#include "tests/bench/whole/whole_api.h"

namespace portcullis::bench {

/// The folder with `etcd` and `kube-apiserver`: PORTCULLIS_BENCH_KUBERNETES, else where
/// tests/cluster/cluster build leaves them.
[[nodiscard]] std::filesystem::path KubernetesFolder();

/// Starts both on the lab's API host, and waits until they answer. Everyone may do everything
/// there. Throws LabError.
[[nodiscard]] std::unique_ptr<WholeApi> StartKubeApi(const lab::Host& host,
                                                     const std::filesystem::path& folder);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_WHOLE_KUBE_API_H_
