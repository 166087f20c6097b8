// SPDX-License-Identifier: Apache-2.0
//
// See options_explain.h.
#include "controller/cli/options_explain.h"

#include "controller/cli/help.h"

namespace portcullis::cli {
namespace {

void AddQuestion(CLI::App& command, insight::QuestionText& question) {
  command
      .add_option(
          "--from", question.from, "Who begins: [NAMESPACE/]POD, an address, node/NAME or external")
      ->type_name("END")
      ->required();
  command
      .add_option("--to",
                  question.to,
                  "Who is reached, as above. Services are not known: name a pod behind one, as "
                  "policies see a connection after the Service's address has been replaced")
      ->type_name("END")
      ->required();
  command
      .add_option("--port",
                  question.port,
                  "Port of the destination: 80/TCP, 53/UDP, 80 (TCP), http (a port name of the "
                  "pod), or icmp")
      ->type_name("PORT")
      ->required();
  AddNamespace(command, question.default_namespace);
}

}  // namespace

CLI::App* AddExplain(CLI::App& app, ExplainOptions& explain) {
  CLI::App* command =
      app.add_subcommand("explain", "Say whether a connection is allowed, and why or why not");
  AddQuestion(*command, explain.question);
  AddChoice(*command,
            "--family",
            explain.question.family,
            Choices<std::optional<Family>>{{"ipv4", Family::kIpv4}, {"ipv6", Family::kIpv6}},
            "Judge this family alone (default: each that both ends have)");
  AddObjectSource(*command, explain.source);
  AddOutput(
      *command, explain.output, {{"text", ExplainOutput::kText}, {"json", ExplainOutput::kJson}});
  command->add_flag("--check-kernel",
                    explain.check_kernel,
                    "Also lead the packet through the table that this node's kernel has, and say "
                    "whether it agrees; as root, or with CAP_NET_ADMIN, in the node's network");
  AddNodeName(*command, explain.node_name)->required(false);
  SetFooter(*command,
            {{"Exit codes",
              {"0  allowed",
               "1  denied, in at least one of the families",
               "2  wrong usage, or there is no such pod, port or file",
               "3  missing privileges",
               "4  no answer from the API server, or from the kernel",
               "5  the kernel does other than the policies say, or has no table (--check-kernel)"}},
             {"Examples",
              {"portcullis explain --from shop/web-0 --to shop/db-0 --port 5432/TCP",
               "portcullis explain -n shop --from external --to web-0 --port http",
               "portcullis explain --from shop/web-0 --to 192.0.2.7 --port 443 --family ipv4",
               // NOLINTNEXTLINE(bugprone-suspicious-missing-comma): two lines of one command
               "kubectl exec -n portcullis-system ds/portcullis -- portcullis explain "
               "--check-kernel --from shop/web-0 --to shop/db-0 --port 5432",
               "kubectl get pods,namespaces,networkpolicies -A -o yaml | portcullis explain -f - "
               "--from shop/web-0 --to shop/db-0 --port 5432"}}});
  return command;
}

}  // namespace portcullis::cli
