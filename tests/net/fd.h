// SPDX-License-Identifier: Apache-2.0
//
// A file descriptor that closes itself. Neighbours: the lab and tests/cluster/agnhost.
#ifndef PORTCULLIS_TESTS_NET_FD_H_
#define PORTCULLIS_TESTS_NET_FD_H_

#include <utility>

#include <unistd.h>

namespace portcullis::net {

/// Owns a file descriptor; empty when moved from or default-made.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  ~Fd() { Close(); }
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

  void Close() {
    if (fd_ >= 0) {
      ::close(fd_);
      fd_ = -1;
    }
  }

 private:
  int fd_ = -1;
};

}  // namespace portcullis::net

#endif  // PORTCULLIS_TESTS_NET_FD_H_
