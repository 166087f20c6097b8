// SPDX-License-Identifier: Apache-2.0
//
// See version.h.
#include "controller/cli/version.h"

#include <string>

#include "controller/cli/complaint.h"
#include "controller/process/exit_codes.h"
#include "controller/version.h"

namespace portcullis::cli {

int PrintVersion(const VersionOptions& /*options*/) {
  return Print(std::string("portcullis ") + kVersion + "\n") ? kExitOk : kExitFailure;
}

}  // namespace portcullis::cli
