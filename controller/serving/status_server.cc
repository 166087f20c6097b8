// SPDX-License-Identifier: Apache-2.0
//
// See status_server.h.
#include "controller/serving/status_server.h"

#include <cerrno>

#include "controller/process/pause.h"

namespace portcullis {
namespace {

void SayItFailed(EventLog& log, const Error& error, std::chrono::milliseconds retry) {
  const char* advice =
      error.errno_value == EADDRINUSE
          ? "; another process has the port (an instance that is ending, or choose another with "
            "--listen)"
          : "";
  log.Write(LogLevel::kError,
            "not_listening",
            error.message + advice + "; rules are enforced meanwhile, next try every " +
                std::to_string(retry.count()) + " ms",
            {{"error", error.message}});
}

}  // namespace

void RunStatusServer(const ListenAddress& where,
                     const HttpServer::Handler& handler,
                     EventLog& log,
                     const std::stop_token& stop,
                     std::chrono::milliseconds retry) {
  bool said = false;
  do {
    const auto server = HttpServer::Start(where, handler);
    if (server) {
      log.Write(LogLevel::kInfo,
                "listening",
                "/healthz, /readyz, /metrics and /status are served on " + where.ToString(),
                {{"address", where.ToString()}});
      Pause(stop, std::nullopt);
      return;
    }
    if (!said) {
      SayItFailed(log, server.error(), retry);
      said = true;
    }
  } while (Pause(stop, retry));
}

}  // namespace portcullis
