// SPDX-License-Identifier: Apache-2.0
//
// What `portcullis run` is told: values alone, which cli/options_run fills from the command line
// and the agent reads.
#ifndef PORTCULLIS_CONTROLLER_RUN_OPTIONS_H_
#define PORTCULLIS_CONTROLLER_RUN_OPTIONS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "controller/policy/denied_log.h"
#include "controller/policy/marks.h"
#include "controller/policy/pod_ranges.h"
#include "controller/process/event_log.h"
#include "controller/serving/listen_address.h"

namespace portcullis {

struct RunOptions {
  std::string kubeconfig;  ///< Empty: in-cluster.
  std::string context;
  std::string node_name;
  policy::MarkLayout marks;
  LogFormat log_format = LogFormat::kText;
  LogLevel log_level = LogLevel::kInfo;
  /// Where rules are in force already, the first list waits for a random time of at most this.
  std::chrono::milliseconds start_jitter{2'000};
  bool denied_log = true;  ///< The kernel tells of denied packets, where it can.
  uint16_t denied_log_group = policy::kDefaultLogGroup;  ///< To this group of nfnetlink_log.
  bool metrics_per_pod = false;                          ///< Count denied packets by pod too.
  bool events = true;  ///< Tell the writers of policies what is odd about them.
  /// Where this node's pods get their addresses from; nothing: as the Node object says.
  std::optional<policy::PodRanges> pod_ranges;
  std::string pod_namespace;            ///< Of this process's own pod; empty: not known.
  std::optional<ListenAddress> listen;  ///< Of the status pages; nothing: none are served.
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_RUN_OPTIONS_H_
