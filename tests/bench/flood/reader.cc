// SPDX-License-Identifier: Apache-2.0
//
// See reader.h.
#include "tests/bench/flood/reader.h"

#include <chrono>
#include <csignal>
#include <iostream>
#include <memory>
#include <thread>

#include <unistd.h>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "nft/mnl_log.h"
#include "tests/lab/interrupt.h"

namespace portcullis::bench {
namespace {

constexpr std::chrono::milliseconds kSoon{1};

}  // namespace

void Reader::Unmap::operator()(Shared* shared) const {
  ::munmap(shared, sizeof(Shared));
}

Reader::Reader(const lab::Netns& netns, uint16_t group) {
  void* memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    lab::ThrowErrno("mmap");
  }
  shared_.reset(std::construct_at(static_cast<Shared*>(memory)));
  pid_ = lab::Checked(::fork(), "fork");
  if (pid_ == 0) {
    Read(netns, group);
  }
  lab::InterruptCleanup::Register(pid_);
  while (shared_->state == 0) {
    std::this_thread::sleep_for(kSoon);
  }
  if (shared_->state < 0) {
    throw lab::LabError("the log cannot be read");
  }
}

Reader::~Reader() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  lab::InterruptCleanup::Unregister(pid_);
}

void Reader::Stop() const {
  ::kill(pid_, SIGSTOP);
}

void Reader::Continue() const {
  ::kill(pid_, SIGCONT);
}

void Reader::Read(const lab::Netns& netns, uint16_t group) const {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const lab::EnterNetns inside(netns);
  auto log = nft::MnlLog::Open(group);
  shared_->state = log ? 1 : -1;
  if (!log) {
    std::cerr << log.error().message << std::endl;
  }
  while (log) {
    const auto heard = log->Wait({}, std::chrono::hours(1));
    if (!heard) {
      std::cerr << heard.error().message << std::endl;
      break;
    }
    shared_->heard += heard->packets.size();
    shared_->lost += heard->lost;
  }
  ::_exit(1);
}

}  // namespace portcullis::bench
