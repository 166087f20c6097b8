// SPDX-License-Identifier: Apache-2.0
//
// `portcullis man` on the command line. man.h does it.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTIONS_MAN_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTIONS_MAN_H_

#include "controller/cli/cli11.h"

namespace portcullis::cli {

struct ManOptions {};

CLI::App* AddMan(CLI::App& app, ManOptions& man);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTIONS_MAN_H_
