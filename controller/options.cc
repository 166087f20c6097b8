// SPDX-License-Identifier: Apache-2.0
//
// See options.h.
#include "controller/options.h"

#include <iostream>
#include <map>

#include <CLI/CLI.hpp>

namespace portcullis {
namespace {

constexpr char kFooter[] =
    "Exit codes: 0 done or stopped by a signal, 1 failed, 2 wrong usage or configuration, 3 "
    "missing privileges.\n"
    "An option with (Env:NAME) can be given by that environment variable instead.\n"
    "\n"
    "Examples:\n"
    "  portcullis run --kubeconfig ~/.kube/config --node-name node1 --listen :10310\n"
    "  portcullis render -f policies/ -f pods.yaml --node-name node1\n"
    "  portcullis cleanup";

const std::map<std::string, LogFormat> kLogFormats = {{"text", LogFormat::kText},
                                                      {"json", LogFormat::kJson}};
const std::map<std::string, LogLevel> kLogLevels = {{"debug", LogLevel::kDebug},
                                                    {"info", LogLevel::kInfo},
                                                    {"warning", LogLevel::kWarning},
                                                    {"error", LogLevel::kError}};

void AddNodeName(CLI::App& command, std::string& node_name) {
  command.add_option("--node-name", node_name, "Node whose pods are protected (spec.nodeName)")
      ->envname("NODE_NAME")
      ->required();
}

void AddMarkMask(CLI::App& command, policy::MarkLayout& marks) {
  const auto parse = [&marks](const std::string& text) {
    const auto layout = policy::MarkLayout::Parse(text);
    if (!layout) {
      throw CLI::ValidationError("--ct-mark-mask", layout.error().message);
    }
    marks = *layout;
  };
  command
      .add_option_function<std::string>(
          "--ct-mark-mask",
          parse,
          "Bits of the conntrack mark to use: one unbroken run that nobody else uses "
          "(default 0xff000000)")
      ->envname("PORTCULLIS_CT_MARK_MASK");
}

void AddListen(CLI::App& command, std::optional<ListenAddress>& listen) {
  const auto parse = [&listen](const std::string& text) {
    const auto address = ListenAddress::Parse(text);
    if (!address) {
      throw CLI::ValidationError("--listen", address.error().message);
    }
    listen = *address;
  };
  command
      .add_option_function<std::string>(
          "--listen",
          parse,
          "Serve /healthz, /readyz and /metrics there, e.g. :10310 (all addresses), "
          "127.0.0.1:10310 or [::1]:10310; without it nothing is served")
      ->envname("PORTCULLIS_LISTEN")
      ->type_name("ADDRESS:PORT");
}

void AddStartJitter(CLI::App& command, std::chrono::milliseconds& jitter) {
  const std::map<std::string, uint64_t> units = {{"ms", 1}, {"s", 1'000}, {"m", 60'000}};
  command
      .add_option_function<uint64_t>(
          "--start-jitter",
          [&jitter](uint64_t value) { jitter = std::chrono::milliseconds(value); },
          "Where the rules of the process before are in force, wait a random time up to this "
          "before "
          "the first list, so that a rollout does not list from all nodes at once; 0 for none "
          "(default 2s)")
      ->envname("PORTCULLIS_START_JITTER")
      ->type_name("DURATION")
      ->transform(CLI::AsNumberWithUnit(units).description(""))
      ->check(CLI::Range(uint64_t{0}, uint64_t{3'600'000}).description(""));
}

CLI::App* AddRun(CLI::App& app, RunOptions& run) {
  CLI::App* command = app.add_subcommand(
      "run", "Watch the API server and enforce NetworkPolicy on this node (needs CAP_NET_ADMIN)");
  command
      ->add_option("--kubeconfig",
                   run.kubeconfig,
                   "File with the API server's address and credentials; without it the pod's "
                   "service account is used")
      ->envname("KUBECONFIG");
  command->add_option("--context", run.context, "Context of the kubeconfig (default: its current)");
  AddNodeName(*command, run.node_name);
  AddMarkMask(*command, run.marks);
  AddListen(*command, run.listen);
  AddStartJitter(*command, run.start_jitter);
  command->add_option("--log-format", run.log_format, "text or json (default text)")
      ->envname("PORTCULLIS_LOG_FORMAT")
      ->type_name("FORMAT")
      ->transform(CLI::Transformer(kLogFormats).description(""));
  command->add_option("--log-level", run.log_level, "debug, info, warning or error (default info)")
      ->envname("PORTCULLIS_LOG_LEVEL")
      ->type_name("LEVEL")
      ->transform(CLI::Transformer(kLogLevels).description(""));
  return command;
}

CLI::App* AddRender(CLI::App& app, RenderOptions& render) {
  CLI::App* command = app.add_subcommand(
      "render", "Print what would be programmed on a node for objects in files, in nft's syntax");
  command
      ->add_option("-f,--filename",
                   render.files,
                   "YAML or JSON with Pod, Namespace and NetworkPolicy objects: a file, a folder, "
                   "or - for standard input; may be repeated")
      ->required();
  AddNodeName(*command, render.node_name);
  AddMarkMask(*command, render.marks);
  return command;
}

}  // namespace

Command ParseCommandLine(int argc, const char* const* argv) {
  CLI::App app(
      "Portcullis enforces Kubernetes NetworkPolicy with nftables, beside any network "
      "plugin that does not.",
      "portcullis");
  app.require_subcommand(1);
  app.footer(kFooter);
  app.get_formatter()->column_width(34);
  RunOptions run;
  RenderOptions render;
  CleanupOptions cleanup;
  const CLI::App* run_command = AddRun(app, run);
  const CLI::App* render_command = AddRender(app, render);
  CLI::App* cleanup_command = app.add_subcommand(
      "cleanup",
      "Remove the nftables table and the conntrack marks from this node (needs CAP_NET_ADMIN)");
  AddMarkMask(*cleanup_command, cleanup.marks);
  cleanup_command->add_flag(
      "--stay",
      cleanup.stay,
      "When done, wait for SIGTERM or SIGINT, so that a DaemonSet can clean all nodes");
  app.add_subcommand("version", "Print the version");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Exit{app.exit(error, std::cout, std::cerr) == 0 ? kExitOk : kExitUsage};
  }
  if (*run_command) {
    return run;
  }
  if (*render_command) {
    return render;
  }
  return *cleanup_command ? Command{cleanup} : Command{VersionOptions{}};
}

}  // namespace portcullis
