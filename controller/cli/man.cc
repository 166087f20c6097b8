// SPDX-License-Identifier: Apache-2.0
//
// See man.h.
#include "controller/cli/man.h"

#include "controller/cli/commands.h"
#include "controller/cli/complaint.h"
#include "controller/cli/man_page.h"
#include "controller/process/exit_codes.h"
#include "controller/version.h"

namespace portcullis::cli {

int PrintMan(const ManOptions& /*options*/) {
  return Print(ManPage(TreeOfProgram(), kVersion, kVersionDate)) ? kExitOk : kExitFailure;
}

}  // namespace portcullis::cli
