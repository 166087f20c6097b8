// SPDX-License-Identifier: Apache-2.0
//
// See process.h.
#include "tests/bench/support/process.h"

#include <ctime>
#include <fstream>
#include <string>

#include <malloc.h>

namespace portcullis::bench {
namespace {

constexpr size_t kKibibyte = 1024;

}  // namespace

Memory MemoryOf(pid_t pid) {
  std::ifstream status("/proc/" + (pid == 0 ? "self" : std::to_string(pid)) + "/status");
  Memory memory;
  for (std::string word; status >> word;) {
    if (word == "VmRSS:") {
      status >> memory.resident;
    } else if (word == "VmHWM:") {
      status >> memory.peak_resident;
    }
  }
  return {memory.resident * kKibibyte, memory.peak_resident * kKibibyte};
}

Nanoseconds CpuTimeOf(pid_t pid) {
  clockid_t clock = CLOCK_PROCESS_CPUTIME_ID;
  timespec time{};
  if ((pid != 0 && clock_getcpuclockid(pid, &clock) != 0) || clock_gettime(clock, &time) != 0) {
    return Nanoseconds(0);
  }
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

size_t HeapInUse() {
  malloc_trim(0);
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

Stopwatch::Stopwatch() : begin_(std::chrono::steady_clock::now()), cpu_begin_(CpuTimeOf()) {}

Nanoseconds Stopwatch::wall() const {
  return std::chrono::steady_clock::now() - begin_;
}

Nanoseconds Stopwatch::cpu() const {
  return CpuTimeOf() - cpu_begin_;
}

}  // namespace portcullis::bench
