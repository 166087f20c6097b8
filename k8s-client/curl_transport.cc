// SPDX-License-Identifier: Apache-2.0
//
// See curl_transport.h. One easy handle in one multi handle: the multi interface is what a stop
// can interrupt at any moment, be it within a connect, a TLS handshake or a read.
#include "k8s-client/curl_transport.h"

#include <array>
#include <utility>

#include "k8s-client/curl_handle.h"
#include "k8s-client/curl_request.h"
#include "k8s-client/curl_response.h"

namespace portcullis::k8s {
namespace {

using std::chrono::milliseconds;

/// What does not pass by itself; everything else of curl's hundred codes is the network's.
constexpr std::array<std::pair<CURLcode, ErrorCode>, 7> kLastingErrors = {{
    {CURLE_PEER_FAILED_VERIFICATION, ErrorCode::kPermission},
    {CURLE_SSL_ISSUER_ERROR, ErrorCode::kPermission},
    {CURLE_URL_MALFORMAT, ErrorCode::kInvalidArgument},
    {CURLE_SSL_CERTPROBLEM, ErrorCode::kInvalidArgument},
    {CURLE_SSL_CACERT_BADFILE, ErrorCode::kInvalidArgument},
    {CURLE_OUT_OF_MEMORY, ErrorCode::kInternal},
    {CURLE_BAD_FUNCTION_ARGUMENT, ErrorCode::kInternal},
}};

ErrorCode CodeOf(CURLcode code) {
  for (const auto& [curl_code, error_code] : kLastingErrors) {
    if (curl_code == code) {
      return error_code;
    }
  }
  return ErrorCode::kUnavailable;
}

/// The transfer within the multi handle, for as long as this lives.
class Attached {
 public:
  Attached(CURLM* multi, CURL* easy) : multi_(multi), easy_(easy) {
    curl_multi_add_handle(multi_, easy_);
  }
  ~Attached() { curl_multi_remove_handle(multi_, easy_); }
  Attached(const Attached&) = delete;
  Attached& operator=(const Attached&) = delete;
  Attached(Attached&&) = delete;
  Attached& operator=(Attached&&) = delete;

 private:
  CURLM* multi_;
  CURL* easy_;
};

/// How the one transfer of `multi` ended, once it has.
std::optional<CURLcode> Ended(CURLM* multi) {
  int queued = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi, &queued)) {
    if (message->msg == CURLMSG_DONE) {
      return message->data.result;
    }
  }
  return std::nullopt;
}

bool IsConnected(CURL* easy) {
  curl_off_t microseconds = 0;
  curl_easy_getinfo(easy, CURLINFO_PRETRANSFER_TIME_T, &microseconds);
  return microseconds > 0;
}

}  // namespace

struct CurlTransport::Handles {
  // The multi handle goes first: it still refers to the easy one's connections.
  CurlEasy easy;
  CurlMulti multi;
  std::array<char, CURL_ERROR_SIZE> error_text{};

  Handles() {
    // Not thread-safe before curl 7.84 unless done once; thread-safe statics see to that.
    static const CURLcode kInitialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    if (kInitialised == CURLE_OK) {
      easy.reset(curl_easy_init());
      multi.reset(curl_multi_init());
    }
  }

  [[nodiscard]] bool valid() const { return easy && multi; }

  /// REQUIRES: the request was prepared. Begins with an empty `error_text`.
  void ListenWith(CurlResponse& response);
  [[nodiscard]] Result<CURLcode> Perform(CurlResponse& response,
                                         milliseconds idle,
                                         const std::stop_token& stop);
  [[nodiscard]] Error ErrorOf(CURLcode code);
};

void CurlTransport::Handles::ListenWith(CurlResponse& response) {
  error_text.front() = '\0';
  SetCurl(easy.get(), CURLOPT_ERRORBUFFER, error_text.data());
  response.Listen();
}

Error CurlTransport::Handles::ErrorOf(CURLcode code) {
  long os_error = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_OS_ERRNO, &os_error);
  const char* detail = error_text.data();
  return {CodeOf(code),
          *detail != '\0' ? detail : curl_easy_strerror(code),
          static_cast<int>(os_error)};
}

Result<CURLcode> CurlTransport::Handles::Perform(CurlResponse& response,
                                                 milliseconds idle,
                                                 const std::stop_token& stop) {
  const Attached attached(multi.get(), easy.get());
  const std::stop_callback wake(stop, [this] { curl_multi_wakeup(multi.get()); });
  while (true) {
    if (stop.stop_requested()) {
      return Fail(ErrorCode::kCancelled, "stopped");
    }
    int running = 0;
    if (curl_multi_perform(multi.get(), &running) != CURLM_OK) {
      return Fail(ErrorCode::kInternal, "curl_multi_perform failed");
    }
    if (const auto ended = Ended(multi.get())) {
      return *ended;
    }
    const auto now = CurlResponse::Clock::now();
    if (!IsConnected(easy.get())) {
      response.Touch(now);  // Until then the connect timeout counts.
    }
    const auto left = response.last_activity() + idle - now;
    if (left.count() <= 0) {
      return Fail(ErrorCode::kUnavailable,
                  "stalled: nothing came for " + std::to_string(idle.count()) + " ms");
    }
    const auto wait = std::chrono::ceil<milliseconds>(left);
    curl_multi_poll(multi.get(), nullptr, 0, static_cast<int>(wait.count()), nullptr);
  }
}

CurlTransport::CurlTransport(ClientConfig config) : CurlTransport(std::move(config), Options{}) {}

CurlTransport::CurlTransport(ClientConfig config, Options options)
    : config_(std::move(config)),
      options_(std::move(options)),
      handles_(std::make_unique<Handles>()) {}

CurlTransport::~CurlTransport() = default;

Result<Response> CurlTransport::Get(const Request& request,
                                    const BodyConsumer& consume,
                                    const std::stop_token& stop) {
  return Send(request, nullptr, consume, stop);
}

Result<Response> CurlTransport::Post(const Request& request,
                                     const std::string& json,
                                     const std::stop_token& stop) {
  const BodyConsumer ignore = [](const Response& /*head*/, std::string_view /*bytes*/) {
    return true;
  };
  return Send(request, &json, ignore, stop);
}

Result<Response> CurlTransport::Send(const Request& request,
                                     const std::string* json,
                                     const BodyConsumer& consume,
                                     const std::stop_token& stop) {
  if (!handles_->valid()) {
    return Fail(ErrorCode::kInternal, "curl cannot be initialised");
  }
  CurlRequest sent(handles_->easy.get(), config_);
  CurlResponse received(consume, handles_->easy.get());
  sent.Prepare(options_);
  handles_->ListenWith(received);
  const auto ready = sent.SetCredentials(request.accept).and_then([&] {
    if (json != nullptr) {
      sent.SetPayload(*json);
    }
    return sent.SetTarget(request.target);
  });
  if (!ready) {
    return Fail(ready.error());
  }
  const auto ended = handles_->Perform(received, request.idle_timeout, stop);
  if (!ended) {
    return Fail(ended.error().WithContext(config_.server));
  }
  if (*ended != CURLE_OK && !received.enough()) {
    return Fail(handles_->ErrorOf(*ended).WithContext(config_.server));
  }
  Response response = std::move(received).Take();
  if (response.status == 0) {
    return Fail(ErrorCode::kUnavailable, config_.server + ": the answer ended within its head");
  }
  return response;
}

}  // namespace portcullis::k8s
