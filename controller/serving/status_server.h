// SPDX-License-Identifier: Apache-2.0
//
// Keeps the status pages served: starts the HTTP server, and where its port cannot be had says so
// once and tries again, since enforcement must not depend on it. Between agent and http_server.
#ifndef PORTCULLIS_CONTROLLER_SERVING_STATUS_SERVER_H_
#define PORTCULLIS_CONTROLLER_SERVING_STATUS_SERVER_H_

#include <chrono>
#include <stop_token>
#include <thread>

#include "controller/process/event_log.h"
#include "controller/serving/http_server.h"
#include "controller/serving/listen_address.h"

namespace portcullis {

/// How long to wait for a port that is in use. The process before, in a rolling update, gives it up
/// within a second of its end.
inline constexpr std::chrono::milliseconds kListenRetry{2'000};

/// Serves `handler`'s pages until a stop is requested; returns soon then. `log` must outlive it.
void RunStatusServer(const ListenAddress& where,
                     const HttpServer::Handler& handler,
                     EventLog& log,
                     const std::stop_token& stop,
                     std::chrono::milliseconds retry = kListenRetry);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_SERVING_STATUS_SERVER_H_
