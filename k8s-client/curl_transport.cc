// SPDX-License-Identifier: Apache-2.0
//
// See curl_transport.h. One easy handle in one multi handle: the multi interface is what a stop
// can interrupt at any moment, be it within a connect, a TLS handshake or a read.
#include "k8s-client/curl_transport.h"

#include <array>
#include <charconv>
#include <ctime>
#include <utility>

#include <curl/curl.h>

#include "k8s-client/read_file.h"

namespace portcullis::k8s {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kOk = 200;
constexpr size_t kMaxErrorBody = size_t{16} << 10U;
constexpr long kBufferBytes = 256L << 10U;
// A peer that vanished without a word is noticed below the stall clock's time already.
constexpr long kKeepaliveIdleSeconds = 30;
constexpr long kKeepaliveIntervalSeconds = 10;

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};

using EasyHandle = std::unique_ptr<CURL, FreeWith<curl_easy_cleanup>>;
using MultiHandle = std::unique_ptr<CURLM, FreeWith<curl_multi_cleanup>>;
using List = std::unique_ptr<curl_slist, FreeWith<curl_slist_free_all>>;
using Url = std::unique_ptr<CURLU, FreeWith<curl_url_cleanup>>;
using CurlText = std::unique_ptr<char, FreeWith<curl_free>>;

void Append(List& list, const std::string& line) {
  list.reset(curl_slist_append(list.release(), line.c_str()));
}

/// Sets an option; curl takes any type, so that its own types are spelled out at the calls.
template <typename T>
void Set(CURL* easy, CURLoption option, T value) {
  curl_easy_setopt(easy, option, value);
}

void SetText(CURL* easy, CURLoption option, const std::string& text) {
  Set(easy, option, text.c_str());
}

void SetBlob(CURL* easy, CURLoption option, std::string& bytes) {
  curl_blob blob{bytes.data(), bytes.size(), CURL_BLOB_COPY};
  Set(easy, option, &blob);
}

Result<std::string> ReadSecret(const std::string& path) {
  auto text = ReadFile(path);
  if (!text || text->empty()) {
    return Fail(ErrorCode::kInvalidArgument, text ? path + ": is empty" : text.error().message);
  }
  return text;
}

Result<std::string> ReadPem(const PemSource& source) {
  return source.data.empty() ? ReadSecret(source.file) : Result<std::string>(source.data);
}

Result<std::string> ReadToken(const ClientConfig& config) {
  auto token =
      config.token_file.empty() ? Result<std::string>(config.token) : ReadSecret(config.token_file);
  if (!token) {
    return token;
  }
  token->erase(token->find_last_not_of(" \t\r\n") + 1);
  if (token->find_first_of("\r\n") != std::string::npos) {
    return Fail(ErrorCode::kInvalidArgument, "the bearer token has more than one line");
  }
  return token;
}

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

/// One request under way, as curl's callbacks see it.
struct Call {
  Call(const BodyConsumer& body_consumer, CURL* handle) : consume(body_consumer), easy(handle) {}

  const BodyConsumer& consume;
  CURL* easy;
  Clock::time_point last_activity = Clock::now();
  Response response;
  std::string retry_after;
  std::string date;
  bool enough = false;  ///< The consumer wants no more.

  /// False where the transfer has to end.
  bool Consume(std::string_view bytes) {
    enough = !consume(response, bytes);
    return !enough;
  }
};

/// The value of the header `line`, where it is named `name` (in lower case, with the colon).
std::optional<std::string> HeaderValue(std::string_view line, std::string_view name) {
  if (line.size() < name.size()) {
    return std::nullopt;
  }
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = line[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != name[i]) {
      return std::nullopt;
    }
  }
  line.remove_prefix(name.size());
  const size_t begin = line.find_first_not_of(" \t");
  const size_t end = line.find_last_not_of(" \t\r\n");
  return begin == std::string_view::npos ? "" : std::string(line.substr(begin, end - begin + 1));
}

bool EndOfHead(Call& call) {
  long status = 0;
  curl_easy_getinfo(call.easy, CURLINFO_RESPONSE_CODE, &status);
  call.response.status = static_cast<int>(status);
  return status != kOk || call.Consume({});
}

size_t OnHeader(char* data, size_t size, size_t count, void* user) noexcept {
  Call& call = *static_cast<Call*>(user);
  call.last_activity = Clock::now();
  const std::string_view line(data, size * count);
  if (line.rfind("HTTP/", 0) == 0) {
    call.retry_after.clear();  // The head before this one was only an announcement (1xx).
    call.response.content_type.clear();
  } else if (auto type = HeaderValue(line, "content-type:")) {
    call.response.content_type = std::move(*type);
  } else if (const auto value = HeaderValue(line, "retry-after:")) {
    call.retry_after = *value;
  } else if (const auto date = HeaderValue(line, "date:")) {
    call.date = *date;
  } else if ((line == "\r\n" || line == "\n") && !EndOfHead(call)) {
    return 0;
  }
  return line.size();
}

size_t OnBody(char* data, size_t size, size_t count, void* user) noexcept {
  Call& call = *static_cast<Call*>(user);
  call.last_activity = Clock::now();
  const std::string_view bytes(data, size * count);
  if (call.response.status == kOk) {
    return call.Consume(bytes) ? bytes.size() : 0;
  }
  std::string& body = call.response.error_body;
  body += bytes.substr(0, kMaxErrorBody - std::min(body.size(), kMaxErrorBody));
  return bytes.size();
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

std::string GetPart(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  curl_url_get(url, part, &text, flags);
  const CurlText owned(text);
  return owned ? owned.get() : "";
}

/// Host and port of a URL, "[host]:port" for IPv6.
std::string Authority(CURLU* url) {
  return GetPart(url, CURLUPART_HOST) + ":" + GetPart(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
}

}  // namespace

struct CurlTransport::Handles {
  // The multi handle goes first: it still refers to the easy one's connections.
  EasyHandle easy;
  MultiHandle multi;
  List headers;
  List connect_to;
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

  /// Everything that does not depend on credentials or the server's name. curl keeps connections
  /// over the reset.
  void Prepare(const ClientConfig& config, const Options& options, Call& call);
  [[nodiscard]] Result<void> SetCredentials(const ClientConfig& config, const std::string& accept);
  void SetPayload(const std::string& json);
  [[nodiscard]] Result<void> SetTarget(const ClientConfig& config, const std::string& target);
  [[nodiscard]] Result<CURLcode> Perform(Call& call,
                                         milliseconds idle,
                                         const std::stop_token& stop);
};

void CurlTransport::Handles::Prepare(const ClientConfig& config,
                                     const Options& options,
                                     Call& call) {
  CURL* curl = easy.get();
  curl_easy_reset(curl);
  error_text.front() = '\0';
  Set(curl, CURLOPT_ERRORBUFFER, error_text.data());
  Set(curl, CURLOPT_WRITEFUNCTION, &OnBody);
  Set(curl, CURLOPT_WRITEDATA, &call);
  Set(curl, CURLOPT_HEADERFUNCTION, &OnHeader);
  Set(curl, CURLOPT_HEADERDATA, &call);
  Set(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  Set(curl, CURLOPT_NOSIGNAL, 1L);
  // Without it, a stop would wait for a name server that does not answer.
  Set(curl, CURLOPT_QUICK_EXIT, 1L);
  Set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  Set(curl, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  Set(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  Set(curl, CURLOPT_BUFFERSIZE, kBufferBytes);
  Set(curl, CURLOPT_TCP_KEEPALIVE, 1L);
  Set(curl, CURLOPT_TCP_KEEPIDLE, kKeepaliveIdleSeconds);
  Set(curl, CURLOPT_TCP_KEEPINTVL, kKeepaliveIntervalSeconds);
  Set(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // A resumed session would not be verified against a CA that has changed since.
  Set(curl, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  SetText(curl, CURLOPT_USERAGENT, options.user_agent);
  // The environment's proxies are for users' programs; "" also keeps curl from reading them.
  SetText(curl, CURLOPT_PROXY, config.proxy);
  Set(curl, CURLOPT_NOPROXY, config.proxy.empty() ? "*" : "");
}

Result<void> CurlTransport::Handles::SetCredentials(const ClientConfig& config,
                                                    const std::string& accept) {
  CURL* curl = easy.get();
  const auto token = ReadToken(config);
  if (!token) {
    return Fail(token.error());
  }
  headers.reset();
  Append(headers, "Accept: " + accept);
  if (!token->empty()) {
    Append(headers, "Authorization: Bearer " + *token);
  }
  Set(curl, CURLOPT_SSL_VERIFYPEER, config.insecure_skip_tls_verify ? 0L : 1L);
  Set(curl, CURLOPT_SSL_VERIFYHOST, config.insecure_skip_tls_verify ? 0L : 2L);
  if (!config.ca.empty()) {
    // The system's CAs would be trusted beside ours if they stayed set.
    Set(curl, CURLOPT_CAINFO, static_cast<char*>(nullptr));
    Set(curl, CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  const std::array<std::pair<const PemSource*, CURLoption>, 3> pems = {{
      {&config.ca, CURLOPT_CAINFO_BLOB},
      {&config.client_cert, CURLOPT_SSLCERT_BLOB},
      {&config.client_key, CURLOPT_SSLKEY_BLOB},
  }};
  for (const auto& [source, option] : pems) {
    if (source->empty()) {
      continue;
    }
    auto pem = ReadPem(*source);
    if (!pem) {
      return Fail(pem.error());
    }
    SetBlob(curl, option, *pem);
  }
  return {};
}

/// REQUIRES: `json` lives until the transfer has ended.
void CurlTransport::Handles::SetPayload(const std::string& json) {
  CURL* curl = easy.get();
  Append(headers, "Content-Type: application/json");
  Append(headers, "Expect:");  // Asking first would cost a round trip.
  Set(curl, CURLOPT_POST, 1L);
  Set(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(json.size()));
  Set(curl, CURLOPT_POSTFIELDS, json.data());
}

Result<void> CurlTransport::Handles::SetTarget(const ClientConfig& config,
                                               const std::string& target) {
  CURL* curl = easy.get();
  const Url url(curl_url());
  const std::string text = config.server + target;
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
    return Fail(ErrorCode::kInvalidArgument, "\"" + config.server + "\" is no URL");
  }
  if (!config.tls_server_name.empty()) {
    // The URL's host is what curl verifies and names in SNI; the real one is only connected to.
    const std::string authority = Authority(url.get());
    connect_to.reset();
    Append(connect_to, "::" + authority);
    Set(curl, CURLOPT_CONNECT_TO, connect_to.get());
    Append(headers, "Host: " + authority);
    if (curl_url_set(url.get(), CURLUPART_HOST, config.tls_server_name.c_str(), 0) != CURLUE_OK) {
      return Fail(ErrorCode::kInvalidArgument,
                  "tls-server-name \"" + config.tls_server_name + "\" is no host");
    }
  }
  SetText(curl, CURLOPT_URL, GetPart(url.get(), CURLUPART_URL));
  Set(curl, CURLOPT_HTTPHEADER, headers.get());
  return {};
}

Result<CURLcode> CurlTransport::Handles::Perform(Call& call,
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
    const auto now = Clock::now();
    if (!IsConnected(easy.get())) {
      call.last_activity = now;  // Until then the connect timeout counts.
    }
    const auto left = call.last_activity + idle - now;
    if (left <= Clock::duration::zero()) {
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
  Call call(consume, handles_->easy.get());
  handles_->Prepare(config_, options_, call);
  const auto ready = handles_->SetCredentials(config_, request.accept).and_then([&] {
    if (json != nullptr) {
      handles_->SetPayload(*json);
    }
    return handles_->SetTarget(config_, request.target);
  });
  if (!ready) {
    return Fail(ready.error());
  }
  const auto ended = handles_->Perform(call, request.idle_timeout, stop);
  if (!ended) {
    return Fail(ended.error().WithContext(config_.server));
  }
  if (*ended != CURLE_OK && !call.enough) {
    long os_error = 0;
    curl_easy_getinfo(call.easy, CURLINFO_OS_ERRNO, &os_error);
    const char* detail = handles_->error_text.data();
    return Fail(CodeOf(*ended),
                config_.server + ": " + (*detail != '\0' ? detail : curl_easy_strerror(*ended)),
                static_cast<int>(os_error));
  }
  if (call.response.status == 0) {
    return Fail(ErrorCode::kUnavailable, config_.server + ": the answer ended within its head");
  }
  call.response.retry_after = ParseRetryAfter(call.retry_after, call.date);
  return std::move(call.response);
}

std::optional<std::chrono::seconds> ParseRetryAfter(const std::string& value,
                                                    const std::string& date) {
  int64_t number = 0;
  const char* end = value.data() + value.size();
  const auto [stopped, error] = std::from_chars(value.data(), end, number);
  if (error == std::errc() && stopped == end) {
    return number < 0 ? std::nullopt : std::make_optional(std::chrono::seconds(number));
  }
  const time_t until = value.empty() ? -1 : curl_getdate(value.c_str(), nullptr);
  if (until < 0) {
    return std::nullopt;
  }
  const time_t sent = date.empty() ? -1 : curl_getdate(date.c_str(), nullptr);
  const time_t from = sent < 0 ? std::time(nullptr) : sent;
  return std::chrono::seconds(until > from ? until - from : 0);
}

}  // namespace portcullis::k8s
