// SPDX-License-Identifier: Apache-2.0
//
// See alarm.h.
#include "nft/alarm.h"

#include <array>
#include <cerrno>
#include <system_error>

#include <poll.h>
#include <unistd.h>

#include <sys/eventfd.h>

namespace portcullis::nft {

Alarm::Alarm() : event_(eventfd(0, EFD_CLOEXEC)) {}

Alarm::~Alarm() {
  close(event_);
}

void Alarm::Ring() const {
  static_cast<void>(eventfd_write(event_, 1));
}

Result<bool> Alarm::WaitFor(int fd, std::chrono::milliseconds timeout) const {
  std::array<pollfd, 2> waited{{{fd, POLLIN, 0}, {event_, POLLIN, 0}}};
  if (poll(waited.data(), waited.size(), static_cast<int>(timeout.count())) < 0 && errno != EINTR) {
    return Fail(ErrorCode::kUnavailable,
                "wait for the kernel: " + std::generic_category().message(errno),
                errno);
  }
  return waited.front().revents != 0;
}

}  // namespace portcullis::nft
