// SPDX-License-Identifier: Apache-2.0
//
// See process.h.
#include "tests/lab/process.h"

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <sched.h>

#include <sys/prctl.h>
#include <sys/wait.h>

#include "tests/lab/interrupt.h"

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr milliseconds kLook(5);
constexpr milliseconds kPatience(5000);

}  // namespace

Process::Process(ProcessSpec spec, const Netns& netns) : spec_(std::move(spec)), netns_(netns) {}

Process::~Process() {
  Kill();
}

/// The part between fork and exec: only system calls.
void Process::BecomeChild(char* const* arguments, int log, pid_t parent) const {
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() == parent && ::setns(netns_.fd(), CLONE_NEWNET) == 0 && ::dup2(log, 1) == 1 &&
      ::dup2(log, 2) == 2) {
    ::execv(arguments[0], arguments);
  }
  ::_exit(127);
}

void Process::Start() {
  std::vector<char*> pointers;
  pointers.reserve(spec_.arguments.size() + 1);
  for (const std::string& argument : spec_.arguments) {
    pointers.push_back(const_cast<char*>(argument.c_str()));
  }
  pointers.push_back(nullptr);
  const Fd log(Checked(
      ::open(spec_.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644), "log"));
  const pid_t parent = ::getpid();
  const pid_t child = Checked(::fork(), "fork");
  if (child == 0) {
    BecomeChild(pointers.data(), log.get(), parent);
  }
  pid_ = child;
  InterruptCleanup::Register(pid_);
}

void Process::Signal(int signal) const {
  if (pid_ > 0) {
    ::kill(pid_, signal);
  }
}

std::optional<int> Process::Wait(milliseconds deadline) {
  const Clock::time_point end = Clock::now() + deadline;
  while (pid_ > 0) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      InterruptCleanup::Unregister(pid_);
      pid_ = 0;
      return status;
    }
    if (Clock::now() >= end) {
      return std::nullopt;
    }
    std::this_thread::sleep_for(kLook);
  }
  return std::nullopt;
}

bool Process::Stop() {
  Signal(SIGTERM);
  const bool heard = Wait(kPatience).has_value();
  Kill();
  return heard;
}

void Process::Kill() {
  if (pid_ > 0) {
    Signal(SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    InterruptCleanup::Unregister(pid_);
    pid_ = 0;
  }
}

bool Process::Running() {
  return pid_ > 0 && !Wait(milliseconds(0)).has_value();
}

std::string Process::Log() const {
  const std::ifstream file(spec_.log_file);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool Process::WaitForLog(const std::string& text, milliseconds deadline, size_t offset) {
  const Clock::time_point end = Clock::now() + deadline;
  while (Log().find(text, offset) == std::string::npos) {
    if (Clock::now() >= end || !Running()) {
      return Log().find(text, offset) != std::string::npos;
    }
    std::this_thread::sleep_for(kLook);
  }
  return true;
}

}  // namespace portcullis::lab
