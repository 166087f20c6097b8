// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C and SIGTERM leave nothing behind: a thread of its own waits for them, removes the
// namespaces, ends the child processes, and lets the signal end this process. Neighbours: topology
// holds one of it, process registers children.
#ifndef PORTCULLIS_TESTS_LAB_INTERRUPT_H_
#define PORTCULLIS_TESTS_LAB_INTERRUPT_H_

#include <string>
#include <thread>

#include <sys/types.h>

namespace portcullis::lab {

class InterruptCleanup {
 public:
  /// Blocks both signals in the calling thread and all it starts from now on.
  explicit InterruptCleanup(std::string namespace_prefix);
  ~InterruptCleanup();
  InterruptCleanup(const InterruptCleanup&) = delete;
  InterruptCleanup& operator=(const InterruptCleanup&) = delete;
  InterruptCleanup(InterruptCleanup&&) = delete;
  InterruptCleanup& operator=(InterruptCleanup&&) = delete;

  /// A child to kill when a signal ends this process, or not any more.
  static void Register(pid_t child);
  static void Unregister(pid_t child);
  /// A folder to remove then.
  static void AlsoRemove(const std::string& folder);

 private:
  std::jthread thread_;
};

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_INTERRUPT_H_
