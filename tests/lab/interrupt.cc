// SPDX-License-Identifier: Apache-2.0
//
// See interrupt.h.
#include "tests/lab/interrupt.h"

#include <csignal>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <mutex>
#include <set>

#include "tests/lab/netns.h"

namespace portcullis::lab {
namespace {

constexpr timespec kLook = {0, 100'000'000};

struct Belongings {
  std::mutex mutex;
  // Protected by mutex.
  std::set<pid_t> children;
  std::set<std::string> folders;
};

Belongings& TheBelongings() {
  static Belongings belongings;
  return belongings;
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
  // NOLINTNEXTLINE(cert-err33-c): there is nobody to tell.
  std::fputs("\ninterrupted: removing the lab\n", stderr);
  {
    Belongings& all = TheBelongings();
    const std::lock_guard lock(all.mutex);
    for (const pid_t child : all.children) {
      ::kill(child, SIGKILL);
    }
    for (const std::string& folder : all.folders) {
      std::error_code ignored;
      std::filesystem::remove_all(folder, ignored);
    }
  }
  RemoveNamespaces(NamespacesWithPrefix(prefix));
  static_cast<void>(::signal(signal, SIG_DFL));
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
  Belongings& all = TheBelongings();
  const std::lock_guard lock(all.mutex);
  all.children.insert(child);
}

void InterruptCleanup::Unregister(pid_t child) {
  Belongings& all = TheBelongings();
  const std::lock_guard lock(all.mutex);
  all.children.erase(child);
}

void InterruptCleanup::AlsoRemove(const std::string& folder) {
  Belongings& all = TheBelongings();
  const std::lock_guard lock(all.mutex);
  all.folders.insert(folder);
}

}  // namespace portcullis::lab
