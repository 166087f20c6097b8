// SPDX-License-Identifier: Apache-2.0
//
// The threads of `portcullis run` that talk to the API server: a watch per kind, that of the node's
// own Node, and the writer of Events. Each has a connection of its own and says on the board and in
// the log how it fares; what they see they leave in the queue and the inbox. Started by agent.
#ifndef PORTCULLIS_CONTROLLER_API_THREADS_H_
#define PORTCULLIS_CONTROLLER_API_THREADS_H_

#include <chrono>
#include <stop_token>
#include <thread>
#include <vector>

#include "controller/api_events/inbox.h"
#include "controller/process/event_log.h"
#include "controller/reconcile/event_queue.h"
#include "controller/run_options.h"
#include "controller/status/status_board.h"
#include "k8s-client/client_config.h"

namespace portcullis {

/// What the threads share; all of it, and this itself, must outlive them.
struct ApiParts {
  const RunOptions& options;
  const k8s::ClientConfig& config;
  std::chrono::milliseconds delay;  ///< Before the first lists.
  EventQueue& queue;
  api_events::Inbox* inbox;  ///< Null: Events are not written.
  EventLog& log;
  StatusBoard& board;
  std::stop_token stop;
};

/// They end when `parts.stop` asks for it.
[[nodiscard]] std::vector<std::jthread> StartApiThreads(const ApiParts& parts);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_API_THREADS_H_
