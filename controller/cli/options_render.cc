// SPDX-License-Identifier: Apache-2.0
//
// See options_render.h.
#include "controller/cli/options_render.h"

#include "controller/cli/help.h"
#include "controller/cli/option_groups.h"

namespace portcullis::cli {

CLI::App* AddRender(CLI::App& app, RenderOptions& render) {
  CLI::App* command = app.add_subcommand(
      "render", "Print what would be programmed on a node for objects in files, in nft's syntax");
  AddFiles(*command, render.files, "Pod, Namespace and NetworkPolicy objects")->required();
  AddNodeName(*command, render.node_name);
  AddMarkMask(*command, render.marks);
  SetFooter(*command,
            {{"Exit codes", {"0  printed", "1  failed", "2  wrong usage, or a file is unreadable"}},
             {"Examples",
              {"portcullis render -f policies/ -f pods.yaml --node-name node1",
               "kubectl get pods,namespaces,networkpolicies -A -o yaml | portcullis render -f - "
               "--node-name node1"}}});
  return command;
}

}  // namespace portcullis::cli
