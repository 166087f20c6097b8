// SPDX-License-Identifier: Apache-2.0
//
// Where and of what a figure was taken: without that it says nothing.
#ifndef PORTCULLIS_TESTS_BENCH_SUPPORT_MACHINE_H_
#define PORTCULLIS_TESTS_BENCH_SUPPORT_MACHINE_H_

#include <string>

namespace portcullis::bench {

/// The version that was built, with "-dirty" where the tree had changes.
[[nodiscard]] std::string Commit();

/// "2 × AMD EPYC, 23 GB, Linux 6.18.44".
[[nodiscard]] std::string Machine();

/// "2026-11-25T23:17:00Z".
[[nodiscard]] std::string Date();

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_SUPPORT_MACHINE_H_
