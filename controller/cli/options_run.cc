// SPDX-License-Identifier: Apache-2.0
//
// See options_run.h.
#include "controller/cli/options_run.h"

#include <map>

#include "controller/cli/help.h"
#include "controller/cli/option_groups.h"

namespace portcullis::cli {
namespace {

const Choices<LogFormat> kLogFormats = {{"text", LogFormat::kText}, {"json", LogFormat::kJson}};
const Choices<LogLevel> kLogLevels = {{"debug", LogLevel::kDebug},
                                      {"info", LogLevel::kInfo},
                                      {"warning", LogLevel::kWarning},
                                      {"error", LogLevel::kError}};

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
          "Serve /healthz, /readyz, /metrics and /status there, e.g. :10310 (all addresses), "
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
          "before the first list, so that a rollout does not list from all nodes at once; 0 for "
          "none (default 2s)")
      ->envname("PORTCULLIS_START_JITTER")
      ->type_name("DURATION")
      ->transform(CLI::AsNumberWithUnit(units).description(""))
      ->check(CLI::Range(uint64_t{0}, uint64_t{3'600'000}).description(""));
}

void AddDeniedLog(CLI::App& command, RunOptions& run) {
  command
      .add_option("--denied-log",
                  run.denied_log,
                  "Log flows that policies deny, as far as they are few (default true); they are "
                  "counted in any case")
      ->envname("PORTCULLIS_DENIED_LOG")
      ->type_name("true|false");
  command
      .add_flag("--metrics-per-pod",
                run.metrics_per_pod,
                "Count denied packets by pod too, for at most 500 pods (docs/metrics.md)")
      ->envname("PORTCULLIS_METRICS_PER_POD");
  command
      .add_option("--denied-log-group",
                  run.denied_log_group,
                  "Group of nfnetlink_log by which the kernel tells of denied packets: one that "
                  "nobody else reads (default 10310)")
      ->envname("PORTCULLIS_DENIED_LOG_GROUP")
      ->type_name("NUMBER");
}

void AddEvents(CLI::App& command, RunOptions& run) {
  command
      .add_option("--events",
                  run.events,
                  "Write Events about policies that say something odd, for kubectl events and "
                  "kubectl get events: true or false (default true)")
      ->envname("PORTCULLIS_EVENTS")
      ->type_name("true|false");
  command
      .add_option("--pod-namespace",
                  run.pod_namespace,
                  "Namespace of this process's own pod: its DaemonSet's pods share the writing of "
                  "Events; without it every node tries to write each")
      ->envname("POD_NAMESPACE")
      ->type_name("NAMESPACE");
}

/// CLI11 has cut the value at its commas.
void AddPodRanges(CLI::App& command, std::optional<policy::PodRanges>& ranges) {
  const auto parse = [&ranges](const std::vector<std::string>& texts) {
    policy::PodRanges parsed;
    for (const std::string& text : texts) {
      const auto range = Cidr::Parse(text);
      if (!range) {
        throw CLI::ValidationError("--pod-ranges",
                                   "\"" + text + "\" is no address block such as 10.244.1.0/24");
      }
      parsed.push_back(*range);
    }
    ranges = std::move(parsed);
  };
  command
      .add_option_function<std::vector<std::string>>(
          "--pod-ranges",
          parse,
          "The ranges that this node's pods get addresses of, for counting packets of pods that "
          "are not known yet; without it they are those of the Node object")
      ->envname("PORTCULLIS_POD_RANGES")
      ->delimiter(',')
      ->type_name("CIDR,...");
}

void AddApiServer(CLI::App& command, RunOptions& run) {
  command
      .add_option("--kubeconfig",
                  run.kubeconfig,
                  "File with the API server's address and credentials; without it the pod's "
                  "service account is used")
      ->envname("KUBECONFIG")
      ->type_name("FILE");
  command.add_option("--context", run.context, "Context of the kubeconfig (default: its current)")
      ->type_name("CONTEXT");
}

}  // namespace

CLI::App* AddRun(CLI::App& app, RunOptions& run) {
  CLI::App* command = app.add_subcommand(
      "run", "Watch the API server and enforce NetworkPolicy on this node (needs CAP_NET_ADMIN)");
  AddApiServer(*command, run);
  AddNodeName(*command, run.node_name);
  AddMarkMask(*command, run.marks);
  AddDeniedLog(*command, run);
  AddListen(*command, run.listen);
  AddStartJitter(*command, run.start_jitter);
  AddEvents(*command, run);
  AddPodRanges(*command, run.pod_ranges);
  AddChoice(*command, "--log-format", run.log_format, kLogFormats, "Format of the log")
      ->envname("PORTCULLIS_LOG_FORMAT");
  AddChoice(*command, "--log-level", run.log_level, kLogLevels, "Log what is at least as bad")
      ->envname("PORTCULLIS_LOG_LEVEL");
  SetFooter(*command,
            {{"Exit codes",
              {"0  stopped by a signal; the rules stay in force",
               "1  failed",
               "2  wrong usage or configuration",
               "3  CAP_NET_ADMIN is missing"}},
             {"Examples",
              {"portcullis run --kubeconfig ~/.kube/config --node-name node1",
               "portcullis run --node-name node1 --listen :10310 --log-format json"}}});
  return command;
}

}  // namespace portcullis::cli
