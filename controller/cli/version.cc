// SPDX-License-Identifier: Apache-2.0
//
// See version.h.
#include "controller/cli/version.h"

#include <iostream>

#include "controller/exit_codes.h"
#include "controller/version.h"

namespace portcullis::cli {

int PrintVersion(const VersionOptions& /*options*/) {
  std::cout << "portcullis " << kVersion << "\n";
  return kExitOk;
}

}  // namespace portcullis::cli
