// SPDX-License-Identifier: Apache-2.0
//
// A process of its own that reads the kernel's log of packets as the agent does, and can be
// stopped. It counts what it hears; nothing else is done with it here.
#ifndef PORTCULLIS_TESTS_BENCH_FLOOD_READER_H_
#define PORTCULLIS_TESTS_BENCH_FLOOD_READER_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include <sys/types.h>

#include "tests/bench/support/process.h"
#include "tests/lab/netns.h"

namespace portcullis::bench {

class Reader {
 public:
  /// Reads `group` of `netns` when this returns. REQUIRES: the process has no other thread that
  /// holds a lock. Throws lab::LabError.
  Reader(const lab::Netns& netns, uint16_t group);
  /// Ends the process.
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  Reader(Reader&&) = delete;
  Reader& operator=(Reader&&) = delete;

  /// SIGSTOP, and SIGCONT.
  void Stop() const;
  void Continue() const;

  [[nodiscard]] Nanoseconds CpuTime() const { return CpuTimeOf(pid_); }
  /// Packets that it was told of, and those that it was told were lost.
  [[nodiscard]] uint64_t heard() const { return shared_->heard; }
  [[nodiscard]] uint64_t lost() const { return shared_->lost; }

 private:
  /// Memory of both processes.
  struct Shared {
    std::atomic<int> state{0};  ///< 1: reads; -1: cannot.
    std::atomic<uint64_t> heard{0};
    std::atomic<uint64_t> lost{0};
  };
  struct Unmap {
    void operator()(Shared* shared) const;
  };

  [[noreturn]] void Read(const lab::Netns& netns, uint16_t group) const;

  std::unique_ptr<Shared, Unmap> shared_;
  pid_t pid_ = 0;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_FLOOD_READER_H_
