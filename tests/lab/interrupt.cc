// SPDX-License-Identifier: Apache-2.0
#include "tests/lab/interrupt.h"

#include <cstdio>
#include <mutex>
#include <set>

#include <signal.h>
#include <time.h>

#include "tests/lab/netns.h"

namespace portcullis::lab {
namespace {

constexpr timespec kLook = {0, 100'000'000};

struct Children {
  std::mutex mutex;
  std::set<pid_t> pids;  ///< Protected by mutex.
};

Children& TheChildren() {
  static Children children;
  return children;
}

sigset_t Interrupts() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

/// Does not return: the process ends by the signal, so that who waits for it sees why.
void CleanUpAndDie(int signal, const std::string& prefix) {
  std::fputs("\ninterrupted: removing the lab\n", stderr);
  {
    Children& children = TheChildren();
    const std::lock_guard lock(children.mutex);
    for (const pid_t child : children.pids) {
      ::kill(child, SIGKILL);
    }
  }
  RemoveNamespaces(NamespacesWithPrefix(prefix));
  ::signal(signal, SIG_DFL);
  const sigset_t set = Interrupts();
  ::kill(::getpid(), signal);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace

InterruptCleanup::InterruptCleanup(std::string namespace_prefix) {
  const sigset_t set = Interrupts();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  thread_ = std::jthread([prefix = std::move(namespace_prefix)](const std::stop_token& stop) {
    const sigset_t waited = Interrupts();
    while (!stop.stop_requested()) {
      const int signal = ::sigtimedwait(&waited, nullptr, &kLook);
      if (signal > 0) {
        CleanUpAndDie(signal, prefix);
      }
    }
  });
}

InterruptCleanup::~InterruptCleanup() {
  thread_.request_stop();
  thread_.join();
  const sigset_t set = Interrupts();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void InterruptCleanup::Register(pid_t child) {
  Children& children = TheChildren();
  const std::lock_guard lock(children.mutex);
  children.pids.insert(child);
}

void InterruptCleanup::Unregister(pid_t child) {
  Children& children = TheChildren();
  const std::lock_guard lock(children.mutex);
  children.pids.erase(child);
}

}  // namespace portcullis::lab
