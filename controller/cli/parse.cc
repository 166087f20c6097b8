// SPDX-License-Identifier: Apache-2.0
//
// See parse.h.
#include "controller/cli/parse.h"

#include <iostream>

#include "controller/cli/help.h"
#include "controller/exit_codes.h"

#include <CLI/CLI.hpp>

namespace portcullis::cli {

std::unique_ptr<CLI::App> MakeApp() {
  auto app = std::make_unique<CLI::App>(
      "Portcullis enforces Kubernetes NetworkPolicy with nftables, beside any network "
      "plugin that does not.",
      "portcullis");
  app->require_subcommand(1);
  app->get_formatter()->column_width(34);
  SetFooter(*app,
            {{"Exit codes",
              {"0  done, or stopped by a signal; yes, of a command that answers",
               "1  failed; no, of a command that answers (see its --help)",
               "2  wrong usage or configuration",
               "3  missing privileges",
               "4  no answer: the API server, the kernel or a file failed"}},
             {"Examples",
              {"portcullis run --kubeconfig ~/.kube/config --node-name node1 --listen :10310",
               "portcullis render -f policies/ -f pods.yaml --node-name node1",
               "portcullis cleanup"}}});
  return app;
}

std::optional<int> Parse(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    return app.exit(error, std::cout, std::cerr) == 0 ? kExitOk : kExitUsage;
  }
}

}  // namespace portcullis::cli
