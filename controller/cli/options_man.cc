// SPDX-License-Identifier: Apache-2.0
//
// See options_man.h.
#include "controller/cli/options_man.h"

#include "controller/cli/help.h"

#include <CLI/CLI.hpp>

namespace portcullis::cli {

CLI::App* AddMan(CLI::App& app, ManOptions& /*man*/) {
  CLI::App* command = app.add_subcommand("man", "Print the manual page, for man(1) to show");
  SetFooter(
      *command,
      {{"Exit codes", {"0  printed", "2  wrong usage"}},
       {"Examples",
        {"portcullis man | man -l -",
         "portcullis man > /usr/local/share/man/man1/portcullis.1   # make install does it"}}});
  return command;
}

}  // namespace portcullis::cli
