// SPDX-License-Identifier: Apache-2.0
//
// One response while curl receives it: its head, its body for the consumer, and when something came
// last. Does not wait and judges nothing; curl_transport does.
#ifndef PORTCULLIS_K8S_CLIENT_CURL_RESPONSE_H_
#define PORTCULLIS_K8S_CLIENT_CURL_RESPONSE_H_

#include <chrono>
#include <string>

#include <curl/curl.h>

#include "k8s-client/transport.h"

namespace portcullis::k8s {

/// Not movable once Listen() was called: curl has its address.
class CurlResponse {
 public:
  using Clock = std::chrono::steady_clock;

  /// REQUIRES: both outlive this.
  CurlResponse(const BodyConsumer& consume, CURL* easy) : consume_(consume), easy_(easy) {}

  /// Has the handle call this, from its next transfer on.
  void Listen();

  void Touch(Clock::time_point now) { last_activity_ = now; }
  [[nodiscard]] Clock::time_point last_activity() const { return last_activity_; }
  /// The consumer wanted no more, so that the transfer was ended by us.
  [[nodiscard]] bool enough() const { return enough_; }
  /// REQUIRES: the transfer has ended. Status 0: without a head.
  [[nodiscard]] Response Take() &&;

 private:
  static size_t OnHeader(char* data, size_t size, size_t count, void* user) noexcept;
  static size_t OnBody(char* data, size_t size, size_t count, void* user) noexcept;

  // Each is false where the transfer has to end.
  [[nodiscard]] bool TakeHeader(std::string_view line);
  [[nodiscard]] bool TakeBody(std::string_view bytes);
  [[nodiscard]] bool EndHead();
  [[nodiscard]] bool Consume(std::string_view bytes);

  const BodyConsumer& consume_;
  CURL* easy_;
  Clock::time_point last_activity_ = Clock::now();
  Response response_;
  std::string retry_after_;
  std::string date_;
  bool enough_ = false;
};

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_CURL_RESPONSE_H_
