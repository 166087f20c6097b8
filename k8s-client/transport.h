// SPDX-License-Identifier: Apache-2.0
//
// What is needed of HTTP: a GET whose body streams in, and the POST of an object, which can be
// stopped at any moment. An interface, so that the reflector knows neither curl nor TLS;
// curl_transport implements it.
#ifndef PORTCULLIS_K8S_CLIENT_TRANSPORT_H_
#define PORTCULLIS_K8S_CLIENT_TRANSPORT_H_

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"

namespace portcullis::k8s {

struct Request {
  std::string target;  ///< Path and query, beginning with "/"; below ClientConfig::server.
  /// Nothing has come for so long after the connection stood, before the head or within the body:
  /// the peer counts as dead.
  std::chrono::milliseconds idle_timeout{0};
  std::string accept = "application/json";  ///< The header Accept.
};

struct Response {
  int status = 0;
  std::string content_type;                         ///< The header Content-Type.
  std::optional<std::chrono::seconds> retry_after;  ///< Of the header Retry-After, from now on.
  std::string error_body;  ///< The beginning of the body where `status` is not 200.

  /// Whether the server has done what it was asked to.
  [[nodiscard]] bool good() const { return status >= 200 && status < 300; }
};

/// Takes the bytes of a body with status 200, as they come; first none, as soon as the head is
/// read. `head` has the status and the Content-Type. False: enough, close the connection.
using BodyConsumer = std::function<bool(const Response& head, std::string_view bytes)>;

/// Thread safety: one call at a time.
class Transport {
 public:
  Transport() = default;
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;
  Transport(Transport&&) = delete;
  Transport& operator=(Transport&&) = delete;

  /// Blocks until the whole response is read, or `consume` has had enough (which is no error).
  /// ERRORS: kCancelled within milliseconds after a stop was requested, whatever is under way (but
  /// for reading the system's CAs, some 75 ms of a connect where no others are given);
  /// kUnavailable where no connection comes about, it breaks or it is idle for too long;
  /// kPermission where the two sides do not trust each other's certificates; kInvalidArgument where
  /// the credentials cannot be used.
  [[nodiscard]] virtual Result<Response> Get(const Request& request,
                                             const BodyConsumer& consume,
                                             const std::stop_token& stop) = 0;
};

/// What writes to the API server. Thread safety: one call at a time.
class Poster {
 public:
  Poster() = default;
  virtual ~Poster() = default;
  Poster(const Poster&) = delete;
  Poster& operator=(const Poster&) = delete;
  Poster(Poster&&) = delete;
  Poster& operator=(Poster&&) = delete;

  /// Sends `json` and blocks until the response is read, whose body nobody needs but for an error.
  /// What was asked may have been done where the connection broke before the response came.
  /// ERRORS: as Transport::Get().
  [[nodiscard]] virtual Result<Response> Post(const Request& request,
                                              const std::string& json,
                                              const std::stop_token& stop) = 0;
};

/// The value of a Retry-After header: seconds, or an HTTP date, which counts from `date` (the
/// response's Date header, so that the two clocks need not agree) or, without one, from now. Never
/// negative; nothing where it cannot be read.
[[nodiscard]] std::optional<std::chrono::seconds> ParseRetryAfter(const std::string& value,
                                                                  const std::string& date);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_TRANSPORT_H_
