// SPDX-License-Identifier: Apache-2.0
//
// `portcullis man`: the manual page of the whole program.
#ifndef PORTCULLIS_CONTROLLER_CLI_MAN_H_
#define PORTCULLIS_CONTROLLER_CLI_MAN_H_

#include "controller/cli/options_man.h"

namespace portcullis::cli {

[[nodiscard]] int PrintMan(const ManOptions& options);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_MAN_H_
