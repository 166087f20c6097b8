// SPDX-License-Identifier: Apache-2.0
//
// See options_status.h.
#include "controller/cli/options_status.h"

#include "controller/cli/help.h"
#include "controller/cli/option_groups.h"

namespace portcullis::cli {
namespace {

void AddAddress(CLI::App& command, ListenAddress& address) {
  const auto parse = [&address](const std::string& text) {
    const auto parsed = ListenAddress::Parse(text);
    if (!parsed) {
      throw CLI::ValidationError("--address", parsed.error().message);
    }
    address = *parsed;
  };
  command
      .add_option_function<std::string>(
          "--address",
          parse,
          "Where that process serves its status, as its --listen says (default 127.0.0.1:10310)")
      ->envname("PORTCULLIS_LISTEN")
      ->type_name("ADDRESS:PORT");
}

}  // namespace

CLI::App* AddStatus(CLI::App& app, StatusOptions& status) {
  CLI::App* command = app.add_subcommand(
      "status", "Show what Portcullis enforces on this node, and whether it is in order");
  AddAddress(*command, status.address);
  AddOutput(*command,
            status.output,
            Choices<StatusOutput>{{"text", StatusOutput::kText},
                                  {"wide", StatusOutput::kWide},
                                  {"json", StatusOutput::kJson},
                                  {"yaml", StatusOutput::kYaml}});
  command->add_flag("-w,--watch", status.watch, "Show it again every 2 s, until interrupted");
  SetFooter(*command,
            {{"Exit codes",
              {"0  the node enforces what the API asks",
               "1  it does not, or packets can pass beside the rules",
               "2  wrong usage",
               "4  no answer from the process"}},
             {"Examples",
              {"kubectl -n portcullis-system exec ds/portcullis -- portcullis status",
               "portcullis status --address 192.0.2.10:10310 -o wide",
               "portcullis status -o json"}}});
  return command;
}

}  // namespace portcullis::cli
