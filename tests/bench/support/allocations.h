// SPDX-License-Identifier: Apache-2.0
//
// How often, and for how many bytes, operator new was asked. Only programs that link
// portcullis_bench_allocations count, by operators of their own in place of the library's.
#ifndef PORTCULLIS_TESTS_BENCH_SUPPORT_ALLOCATIONS_H_
#define PORTCULLIS_TESTS_BENCH_SUPPORT_ALLOCATIONS_H_

#include <cstddef>

namespace portcullis::bench {

struct Allocations {
  size_t count = 0;
  size_t bytes = 0;

  Allocations operator-(const Allocations& other) const {
    return {count - other.count, bytes - other.bytes};
  }
};

/// Of the calling thread, since it began.
[[nodiscard]] Allocations AllocationsSoFar();

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_SUPPORT_ALLOCATIONS_H_
