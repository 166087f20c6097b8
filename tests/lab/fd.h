// SPDX-License-Identifier: Apache-2.0
//
// The one way in which the lab reports that a set-up step failed: an exception, since no test or
// demonstration can go on without its lab; and Fd under the lab's name. Neighbours: every file of
// tests/lab. Test code only: the product returns Result.
#ifndef PORTCULLIS_TESTS_LAB_FD_H_
#define PORTCULLIS_TESTS_LAB_FD_H_

#include <stdexcept>
#include <string>

#include "tests/net/fd.h"

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

using net::Fd;

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_FD_H_
