// SPDX-License-Identifier: Apache-2.0
//
// See agent.h.
#include "controller/agent.h"

#include <array>
#include <cstdlib>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "controller/api_events/inbox.h"
#include "controller/api_threads.h"
#include "controller/denied/denied_log.h"
#include "controller/policy/compile.h"
#include "controller/process/capability.h"
#include "controller/process/exit_codes.h"
#include "controller/process/signals.h"
#include "controller/reconcile/event_queue.h"
#include "controller/reconcile/memory.h"
#include "controller/reconcile/reconcile_loop.h"
#include "controller/reconcile/reconciler.h"
#include "controller/serving/page_sources.h"
#include "controller/serving/status_server.h"
#include "controller/status/status_board.h"
#include "controller/status/status_pages.h"
#include "controller/version.h"
#include "controller/watches/bypass_watch.h"
#include "controller/watches/log_probe.h"
#include "controller/watches/table_watch.h"
#include "k8s-client/client_config.h"
#include "k8s-client/kinds.h"
#include "k8s-client/kubeconfig.h"
#include "nft/mnl_conntrack.h"
#include "nft/mnl_counters.h"
#include "nft/mnl_kernel.h"
#include "nft/mnl_log.h"
#include "nft/mnl_monitor.h"

namespace portcullis {
namespace {

using std::chrono::milliseconds;

/// How long threads may take to end after a signal before the process ends without them. Nothing is
/// lost then: all state is the kernel's.
constexpr milliseconds kGrace{800};

/// Requests `stop` at the first SIGTERM or SIGINT. Detached: it waits for as long as the process
/// lives. REQUIRES: BlockEndSignals().
void StopOnSignal(std::stop_source stop) {
  std::thread([stop = std::move(stop)]() mutable {
    WaitForEndSignal();
    stop.request_stop();
    std::this_thread::sleep_for(kGrace);
    std::_Exit(kExitOk);
  }).detach();
}

Result<k8s::ClientConfig> LoadConfig(const RunOptions& options) {
  if (!options.kubeconfig.empty()) {
    return k8s::LoadKubeconfig(options.kubeconfig, options.context);
  }
  std::map<std::string, std::string> environment;
  for (const char* name : {"KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"}) {
    if (const char* value = std::getenv(name)) {  // NOLINT(concurrency-mt-unsafe): no threads yet
      environment[name] = value;
    }
  }
  return k8s::InClusterConfig(environment);
}

/// What `run` needs of the kernel, found usable.
struct KernelParts {
  nft::MnlKernel kernel;
  nft::MnlMonitor monitor;
  nft::MnlConntrack conntrack;
  nft::MnlCounters counters;
  bool has_table;  ///< The process before has left its rules in force.
};

/// Raises the capability, opens the sockets and looks for the table, so that a missing right is
/// said at start rather than after the first list.
Result<KernelParts> OpenKernel() {
  if (const auto raised = RaiseNetAdmin(); !raised) {
    return Fail(raised.error());
  }
  auto kernel = nft::MnlKernel::Open();
  if (!kernel) {
    return Fail(kernel.error());
  }
  auto monitor = nft::MnlMonitor::Open(policy::kTableName, kernel->port());
  if (!monitor) {
    return Fail(monitor.error());
  }
  const auto has_table = kernel->HasTable(policy::kTableName);
  if (!has_table) {
    return Fail(has_table.error());
  }
  auto conntrack = nft::MnlConntrack::Open();
  if (!conntrack) {
    return Fail(conntrack.error());
  }
  auto counters = nft::MnlCounters::Open();
  if (!counters) {
    return Fail(counters.error());
  }
  return KernelParts{std::move(*kernel),
                     std::move(*monitor),
                     std::move(*conntrack),
                     std::move(*counters),
                     *has_table};
}

/// Hears of others' changes to the table on a thread of its own.
std::jthread StartTableWatch(KernelParts& parts,
                             EventQueue& queue,
                             EventLog& log,
                             const std::stop_token& stop) {
  const auto open = [port = parts.kernel.port()]() -> Result<std::unique_ptr<nft::Monitor>> {
    auto monitor = nft::MnlMonitor::Open(policy::kTableName, port);
    if (!monitor) {
      return Fail(monitor.error());
    }
    return std::make_unique<nft::MnlMonitor>(std::move(*monitor));
  };
  auto first = std::make_unique<nft::MnlMonitor>(std::move(parts.monitor));
  auto watch =
      std::make_unique<TableWatch>(std::move(first), open, queue, log, TableWatch::Options{});
  return std::jthread([watch = std::move(watch), stop] { watch->Run(stop); });
}

/// A rollout starts the pods of many nodes in the same second. Where the rules of the process
/// before are in force there is time to let others list first; a node without any does not wait.
milliseconds StartDelay(const RunOptions& options, bool has_table) {
  if (!has_table) {
    return milliseconds(0);
  }
  std::random_device random;
  return milliseconds(
      std::uniform_int_distribution<int64_t>(0, options.start_jitter.count())(random));
}

int GiveUp(EventLog& log, const Error& error) {
  log.Write(LogLevel::kError, "cannot_start", error.message);
  if (error.code == ErrorCode::kPermission) {
    return kExitPermission;
  }
  const bool configuration =
      error.code == ErrorCode::kInvalidArgument || error.code == ErrorCode::kNotFound;
  return configuration ? kExitUsage : kExitFailure;
}

/// The status before anything has happened.
Status InitialStatus() {
  Status status;
  status.started = std::chrono::system_clock::now();
  for (const std::string& kind :
       {k8s::kPods.where.kind, k8s::kNamespaces.where.kind, k8s::kNetworkPolicies.where.kind}) {
    WatchStatus watch;
    watch.kind = kind;
    status.watches.push_back(std::move(watch));
  }
  return status;
}

/// Serves the status pages on a thread of its own; none where no address was asked for.
std::jthread StartStatusServer(const std::optional<ListenAddress>& where,
                               PageSources sources,
                               EventLog& log,
                               const std::stop_token& stop) {
  if (!where) {
    return {};
  }
  return std::jthread([where = *where, sources = std::move(sources), &log, stop] {
    const auto page = [&sources](std::string_view path) {
      return StatusPage(path, sources, std::chrono::steady_clock::now());
    };
    RunStatusServer(where, page, log, stop);
  });
}

/// What the log of denied packets works with; all of it must outlive it.
struct DeniedLogParts {
  InquiryDesk& desk;
  PacketCounter& packets;
  EventLog& log;
  StatusBoard& board;
  denied::PodCounts* pods;  ///< Null: not counted.
};

/// The group that denied packets are told to, if the kernel can.
policy::LogGroup DeniedLogGroup(const RunOptions& options, nft::MnlKernel& kernel, EventLog& log) {
  return UsableLogGroup(
      options.denied_log ? policy::LogGroup(options.denied_log_group) : std::nullopt,
      [&](const nft::ChangeSet& change) { return kernel.Check(change); },
      log);
}

denied::DeniedLog::Opener OpenPacketLog(uint16_t group) {
  return [group]() -> Result<std::unique_ptr<nft::PacketLog>> {
    auto log = nft::MnlLog::Open(group);
    if (!log) {
      return Fail(log.error());
    }
    return std::make_unique<nft::MnlLog>(std::move(*log));
  };
}

/// Writes the log's lines about denied packets on a thread of its own; none where the kernel is not
/// to tell of them.
std::jthread StartDeniedLog(policy::LogGroup group,
                            const DeniedLogParts& parts,
                            const std::stop_token& stop) {
  if (!group) {
    return {};
  }
  return std::jthread([group = *group, parts, stop] {
    denied::DeniedLog(
        OpenPacketLog(group), parts.desk, parts.packets, parts.log, parts.board, parts.pods, {})
        .Run(stop);
  });
}

void Enforce(const RunOptions& options,
             const k8s::ClientConfig& config,
             KernelParts& parts,
             EventLog& log,
             const std::stop_token& stop) {
  EventQueue queue;
  StatusBoard board(InitialStatus());
  const policy::LogGroup denied_log = DeniedLogGroup(options, parts.kernel, log);
  Reconciler reconciler(
      {options.node_name, options.marks, denied_log}, parts.kernel, parts.conntrack);
  PacketCounter packets(parts.counters, queue);
  ReconcileLoop loop(
      options.node_name, queue, reconciler, log, board, [&packets](std::vector<EndedRule> ended) {
        packets.NoteEnded(std::move(ended));
      });
  // From here on, whenever the first page is asked for.
  static_cast<void>(packets.Totals());
  denied::PodCounts pod_counts;
  const DeniedLogParts denied_parts{
      queue, packets, log, board, options.metrics_per_pod ? &pod_counts : nullptr};
  api_events::Inbox inbox(options.node_name, options.pod_namespace);
  const ApiParts api{options,
                     config,
                     StartDelay(options, parts.has_table),
                     queue,
                     options.events ? &inbox : nullptr,
                     log,
                     board,
                     stop};
  const std::array<std::jthread, 4> threads = {
      StartTableWatch(parts, queue, log, stop),
      std::jthread([&log, &board, stop] { BypassWatch(log, board).Run(stop); }),
      StartStatusServer(options.listen,
                        MakePageSources({options.node_name,
                                         kVersion,
                                         board,
                                         queue,
                                         packets,
                                         [&pod_counts] {
                                           return pod_counts.Read();
                                         }}),
                        log,
                        stop),
      StartDeniedLog(denied_log, denied_parts, stop)};
  const std::vector<std::jthread> api_threads = StartApiThreads(api);
  loop.Run(stop);
}

}  // namespace

int RunAgent(const RunOptions& options) {
  ConfigureAllocator();
  EventLog log(options.log_format, options.log_level);
  const auto config = LoadConfig(options);
  if (!config) {
    return GiveUp(log, config.error());
  }
  auto parts = OpenKernel();
  if (!parts) {
    return GiveUp(log, parts.error());
  }
  log.Write(LogLevel::kInfo,
            "starting",
            std::string("portcullis ") + kVersion + " on node " + options.node_name +
                ", API server " + config->server + " (" + config->origin + ")",
            {{"version", std::string(kVersion)},
             {"node", options.node_name},
             {"server", config->server}});
  BlockEndSignals();
  std::stop_source stop;
  StopOnSignal(stop);
  Enforce(options, *config, *parts, log, stop.get_token());
  log.Write(LogLevel::kInfo, "stopped", "stopped by a signal; the rules stay in force");
  return kExitOk;
}

}  // namespace portcullis
