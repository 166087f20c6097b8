// SPDX-License-Identifier: Apache-2.0
//
// A small HTTP server for pages that anybody on the node's network may ask for: GET and HEAD alone,
// no bodies, little memory per connection, few connections, short waits. The only user of
// libmicrohttpd. Knows no page; status_server gives it those.
#ifndef PORTCULLIS_CONTROLLER_SERVING_HTTP_SERVER_H_
#define PORTCULLIS_CONTROLLER_SERVING_HTTP_SERVER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"
#include "controller/serving/listen_address.h"
#include "controller/status/status_pages.h"

namespace portcullis {

class HttpServer {
 public:
  /// Called on the server's one thread, so it must be quick. `path` is without the query.
  using Handler = std::function<Page(std::string_view path)>;

  /// Limits. A client beyond them is refused or disconnected; the server goes on.
  static constexpr unsigned kMaxConnections = 256;
  static constexpr unsigned kMaxConnectionsPerAddress = 16;
  static constexpr size_t kConnectionMemory = size_t{16} * 1024;  ///< Request's head and ours.
  static constexpr unsigned kIdleSeconds = 5;

  /// Listens and serves on a thread of its own.
  /// ERRORS: kUnavailable where the address cannot be had now (in use, not there yet).
  [[nodiscard]] static Result<HttpServer> Start(const ListenAddress& where, Handler handler);

  /// Ends connections at once.
  ~HttpServer();
  HttpServer(HttpServer&&) noexcept;
  HttpServer& operator=(HttpServer&&) = delete;
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// The port that it listens on.
  [[nodiscard]] uint16_t port() const;

 private:
  struct Daemon;
  explicit HttpServer(std::unique_ptr<Daemon> daemon);

  std::unique_ptr<Daemon> daemon_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_SERVING_HTTP_SERVER_H_
