// SPDX-License-Identifier: Apache-2.0
//
// See options_cleanup.h.
#include "controller/cli/options_cleanup.h"

#include "controller/cli/help.h"
#include "controller/cli/option_groups.h"

namespace portcullis::cli {

CLI::App* AddCleanup(CLI::App& app, CleanupOptions& cleanup) {
  CLI::App* command = app.add_subcommand(
      "cleanup",
      "Remove the nftables table and the conntrack marks from this node (needs CAP_NET_ADMIN)");
  AddMarkMask(*command, cleanup.marks);
  command->add_flag(
      "--stay",
      cleanup.stay,
      "When done, wait for SIGTERM or SIGINT, so that a DaemonSet can clean all nodes");
  SetFooter(*command,
            {{"Exit codes",
              {"0  the node is clean; no policy is enforced on it any more",
               "1  failed",
               "2  wrong usage",
               "3  CAP_NET_ADMIN is missing"}},
             {"Examples", {"portcullis cleanup", "portcullis cleanup --stay"}}});
  return command;
}

}  // namespace portcullis::cli
