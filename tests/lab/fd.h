// SPDX-License-Identifier: Apache-2.0
//
// A file descriptor that closes itself, and the one way in which the lab reports that a set-up step
// failed: an exception, since no test or demonstration can go on without its lab. Neighbours: every
// file of tests/lab. Test code only: the product returns Result.
#ifndef PORTCULLIS_TESTS_LAB_FD_H_
#define PORTCULLIS_TESTS_LAB_FD_H_

#include <stdexcept>
#include <string>
#include <utility>

#include <unistd.h>

namespace portcullis::lab {

/// Something of the lab could not be made or read; the message says what and why.
class LabError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Throws a LabError "what: <text of errno>".
[[noreturn]] void ThrowErrno(const std::string& what);

/// Returns `value`, the result of a system call, unless it is negative: then throws a LabError.
template <typename T>
T Checked(T value, const char* what) {
  if (value < 0) {
    ThrowErrno(what);
  }
  return value;
}

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

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_FD_H_
