// SPDX-License-Identifier: Apache-2.0
//
// See options_version.h.
#include "controller/cli/options_version.h"

#include "controller/cli/help.h"

#include <CLI/CLI.hpp>

namespace portcullis::cli {

CLI::App* AddVersion(CLI::App& app, VersionOptions& /*version*/) {
  CLI::App* command = app.add_subcommand("version", "Print the version");
  SetFooter(*command, {{"Exit codes", {"0  printed"}}, {"Examples", {"portcullis version"}}});
  return command;
}

}  // namespace portcullis::cli
