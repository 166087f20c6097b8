// SPDX-License-Identifier: Apache-2.0
//
// See options_matrix.h.
#include "controller/cli/options_matrix.h"

#include "controller/cli/help.h"
#include "controller/insight/asked_port.h"

namespace portcullis::cli {
namespace {

insight::PortSet SetOf(const insight::AskedPort& port) {
  if (HasPorts(port)) {
    return insight::PortSet::Of(static_cast<k8s::Protocol>(port.protocol),
                                {{port.port, port.port}});
  }
  insight::PortSet others = insight::PortSet::Everything();
  for (const auto protocol : {k8s::Protocol::kTcp, k8s::Protocol::kUdp, k8s::Protocol::kSctp}) {
    others = others - insight::PortSet::Of(protocol, {});
  }
  return others;
}

/// A number or a protocol: a port's name means another number at each destination.
insight::PortSet PortsOf(const std::string& text) {
  const auto parsed = insight::ParsePort(text);
  if (!parsed) {
    throw CLI::ValidationError("--port", parsed.error().message);
  }
  const auto* port = std::get_if<insight::AskedPort>(&*parsed);
  if (port == nullptr) {
    throw CLI::ValidationError("--port",
                               "\"" + text + "\" is a name; give its number, as 8080/TCP");
  }
  return SetOf(*port);
}

void AddWhatIsShown(CLI::App& command, MatrixOptions& matrix) {
  command.add_option("-n,--namespace", matrix.ns, "Only pairs with a pod of this namespace")
      ->type_name("NAMESPACE");
  command
      .add_option_function<std::string>(
          "--port",
          [&matrix](const std::string& text) { matrix.ports = PortsOf(text); },
          "Only this port: 80/TCP, 53/UDP, 80 (TCP) or icmp")
      ->type_name("PORT");
  AddChoice(command,
            "--family",
            matrix.family,
            Choices<std::optional<Family>>{{"ipv4", Family::kIpv4}, {"ipv6", Family::kIpv6}},
            "Only this family (default: both; one table where they agree)");
}

}  // namespace

CLI::App* AddMatrix(CLI::App& app, MatrixOptions& matrix) {
  CLI::App* command = app.add_subcommand(
      "matrix", "Show who reaches whom, and on which ports, in the whole cluster");
  AddWhatIsShown(*command, matrix);
  AddObjectSource(*command, matrix.source);
  AddOutput(*command,
            matrix.output,
            {{"text", MatrixOutput::kText},
             {"wide", MatrixOutput::kWide},
             {"json", MatrixOutput::kJson},
             {"csv", MatrixOutput::kCsv},
             {"html", MatrixOutput::kHtml}});
  command->add_option("--output-file", matrix.file, "Write to this file instead of standard output")
      ->type_name("FILE");
  SetFooter(*command,
            {{"Exit codes",
              {"0  shown",
               "2  wrong usage, or a file is unreadable",
               "3  missing privileges",
               "4  no answer from the API server, or the output cannot be written"}},
             {"Examples",
              {"portcullis matrix",
               "portcullis matrix -n shop --port 5432/TCP",
               "portcullis matrix -o html --output-file matrix.html",
               "kubectl get pods,namespaces,networkpolicies -A -o yaml | portcullis matrix -f - -o "
               "csv"}}});
  return command;
}

}  // namespace portcullis::cli
