// SPDX-License-Identifier: Apache-2.0
//
// See options_status_policy.h.
#include "controller/cli/options_status_policy.h"

#include "controller/cli/help.h"

namespace portcullis::cli {
CLI::App* AddStatusPolicy(CLI::App& app, StatusPolicyOptions& options) {
  CLI::App* command = app.get_subcommand("status")->add_subcommand(
      "policy",
      "Say whether a policy is enforced on every node that has its "
      "pods: asks Portcullis on each of "
      "them, through the API server");
  command->add_option("POLICY", options.policy, "The policy that is asked about")
      ->type_name("[NAMESPACE/]NAME")
      ->required();
  AddNamespace(*command, options.default_namespace);
  command
      ->add_option("--system-namespace",
                   options.system_namespace,
                   "Namespace of Portcullis' pods (default: wherever they are)")
      ->type_name("NAMESPACE");
  AddCluster(*command, options.cluster);
  AddOutput(*command,
            options.output,
            {{"text", StatusPolicyOutput::kText}, {"json", StatusPolicyOutput::kJson}});
  SetFooter(*command,
            {{"Exit codes",
              {"0  enforced on every node that has pods which it selects",
               "1  not, on at least one of them, or not known",
               "2  wrong usage, or there is no such policy",
               "3  missing privileges: list pods, namespaces and networkpolicies, get pods/proxy",
               "4  no answer from the API server"}},
             {"Examples",
              {"portcullis status policy shop/web",
               "portcullis status policy -n shop web -o json",
               "portcullis status policy shop/web --system-namespace portcullis-system"}}});
  return command;
}

}  // namespace portcullis::cli
