// SPDX-License-Identifier: Apache-2.0
//
// See complaint.h.
#include "controller/cli/complaint.h"

#include <cerrno>
#include <iostream>
#include <system_error>

#include "controller/process/exit_codes.h"

namespace portcullis::cli {

int Complain(const Error& error, int otherwise) {
  std::cerr << "portcullis: " << error.message << "\n";
  if (error.code == ErrorCode::kPermission) {
    return kExitPermission;
  }
  const bool input =
      error.code == ErrorCode::kInvalidArgument || error.code == ErrorCode::kNotFound;
  return input ? kExitUsage : otherwise;
}

bool Print(const std::string& text) {
  errno = 0;
  if (std::cout << text << std::flush) {
    return true;
  }
  const std::string why = errno == 0 ? "" : ": " + std::generic_category().message(errno);
  std::cerr << "portcullis: standard output cannot be written" << why << "\n";
  return false;
}

}  // namespace portcullis::cli
