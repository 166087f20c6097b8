// SPDX-License-Identifier: Apache-2.0
//
// See options_diff.h.
#include "controller/cli/options_diff.h"

#include "controller/cli/help.h"

namespace portcullis::cli {
namespace {

void AddChange(CLI::App& command, DiffOptions& diff) {
  CLI::Option* files = AddFiles(command,
                                diff.files,
                                "NetworkPolicy objects that would be applied; Pods and Namespaces "
                                "count with their labels");
  CLI::Option* deleted =
      command
          .add_option("--delete",
                      diff.deleted,
                      "A policy that would be deleted, [NAMESPACE/]NAME; may be repeated")
          ->type_name("POLICY")
          ->allow_extra_args(false);
  AddNamespace(command, diff.default_namespace);
  command.callback([files, deleted] {
    if (files->count() + deleted->count() == 0) {
      throw CLI::RequiredError("-f/--filename or --delete");
    }
  });
}

}  // namespace

CLI::App* AddDiff(CLI::App& app, DiffOptions& diff) {
  CLI::App* command = app.add_subcommand(
      "diff", "Say what applying or deleting policies would open and close; changes nothing");
  AddChange(*command, diff);
  command
      ->add_option(
          "--against",
          diff.against.files,
          "YAML or JSON with the objects there are, instead of the live cluster's: a file, "
          "a folder, or -; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
  diff.against.cluster.files_instead = "--against";
  AddCluster(*command, diff.against.cluster);
  AddOutput(*command, diff.output, {{"text", DiffOutput::kText}, {"json", DiffOutput::kJson}});
  SetFooter(*command,
            {{"Exit codes",
              {"0  no difference",
               "1  something would open or close",
               "2  wrong usage, or there is no such policy or file",
               "3  missing privileges",
               "4  no answer from the API server"}},
             {"Examples",
              {"portcullis diff -f new-policy.yaml",
               "portcullis diff --delete shop/default-deny",
               "portcullis diff -f policies/ --against cluster.yaml -o json"}}});
  return command;
}

}  // namespace portcullis::cli
