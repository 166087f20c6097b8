// SPDX-License-Identifier: Apache-2.0
//
// See complaint.h.
#include "controller/cli/complaint.h"

#include <iostream>

#include "controller/exit_codes.h"

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

}  // namespace portcullis::cli
