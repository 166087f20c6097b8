// SPDX-License-Identifier: Apache-2.0
//
// What a process has used of the machine: its own process or another, by number. Read from the
// kernel, and for this one from the C library's heap.
#ifndef PORTCULLIS_TESTS_BENCH_SUPPORT_PROCESS_H_
#define PORTCULLIS_TESTS_BENCH_SUPPORT_PROCESS_H_

#include <chrono>
#include <cstddef>

#include <sys/types.h>

namespace portcullis::bench {

using Nanoseconds = std::chrono::duration<double, std::nano>;

struct Memory {
  size_t resident = 0;       ///< Bytes now (VmRSS).
  size_t peak_resident = 0;  ///< Bytes at most (VmHWM).
};

/// All zero where there is no such process. `pid` 0: this one.
[[nodiscard]] Memory MemoryOf(pid_t pid = 0);

/// User and system time of all its threads, those that ended too. `pid` 0: this one.
[[nodiscard]] Nanoseconds CpuTimeOf(pid_t pid = 0);

/// What malloc has handed out in this process and not got back, with its own overhead. Freed memory
/// is given back to the system first, so that MemoryOf() says what is in use.
[[nodiscard]] size_t HeapInUse();

/// Wall and CPU time since it was made.
class Stopwatch {
 public:
  Stopwatch();
  [[nodiscard]] Nanoseconds wall() const;
  [[nodiscard]] Nanoseconds cpu() const;  ///< Of this process.

 private:
  std::chrono::steady_clock::time_point begin_;
  Nanoseconds cpu_begin_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_SUPPORT_PROCESS_H_
