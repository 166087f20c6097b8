// SPDX-License-Identifier: Apache-2.0
//
// See curl_request.h.
#include "k8s-client/curl_request.h"

#include <array>
#include <utility>

#include "k8s-client/read_file.h"

namespace portcullis::k8s {
namespace {

constexpr long kBufferBytes = 256L << 10U;
// A peer that vanished without a word is noticed below the stall clock's time already.
constexpr long kKeepaliveIdleSeconds = 30;
constexpr long kKeepaliveIntervalSeconds = 10;

void Append(CurlList& list, const std::string& line) {
  list.reset(curl_slist_append(list.release(), line.c_str()));
}

void SetBlob(CURL* easy, CURLoption option, std::string& bytes) {
  curl_blob blob{bytes.data(), bytes.size(), CURL_BLOB_COPY};
  SetCurl(easy, option, &blob);
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

void CurlRequest::Prepare(const CurlTransport::Options& options) {
  curl_easy_reset(easy_);
  SetCurl(easy_, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  SetCurl(easy_, CURLOPT_NOSIGNAL, 1L);
  // Without it, a stop would wait for a name server that does not answer.
  SetCurl(easy_, CURLOPT_QUICK_EXIT, 1L);
  SetCurl(easy_, CURLOPT_PROTOCOLS_STR, "http,https");
  SetCurl(easy_, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  SetCurl(easy_, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  SetCurl(easy_, CURLOPT_BUFFERSIZE, kBufferBytes);
  SetCurl(easy_, CURLOPT_TCP_KEEPALIVE, 1L);
  SetCurl(easy_, CURLOPT_TCP_KEEPIDLE, kKeepaliveIdleSeconds);
  SetCurl(easy_, CURLOPT_TCP_KEEPINTVL, kKeepaliveIntervalSeconds);
  SetCurl(easy_, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // A resumed session would not be verified against a CA that has changed since.
  SetCurl(easy_, CURLOPT_SSL_SESSIONID_CACHE, 0L);
  SetCurlText(easy_, CURLOPT_USERAGENT, options.user_agent);
  // "" also keeps curl from reading the environment's.
  SetCurlText(easy_, CURLOPT_PROXY, config_.proxy);
  SetCurlText(easy_, CURLOPT_NOPROXY, config_.proxy.empty() ? "*" : config_.no_proxy);
}

Result<void> CurlRequest::SetCredentials(const std::string& accept) {
  const auto token = ReadToken(config_);
  if (!token) {
    return Fail(token.error());
  }
  Append(headers_, "Accept: " + accept);
  if (!token->empty()) {
    Append(headers_, "Authorization: Bearer " + *token);
  }
  SetCurl(easy_, CURLOPT_SSL_VERIFYPEER, config_.insecure_skip_tls_verify ? 0L : 1L);
  SetCurl(easy_, CURLOPT_SSL_VERIFYHOST, config_.insecure_skip_tls_verify ? 0L : 2L);
  return SetCertificates();
}

Result<void> CurlRequest::SetCertificates() {
  if (!config_.ca.empty()) {
    // The system's CAs would be trusted beside ours if they stayed set.
    SetCurl(easy_, CURLOPT_CAINFO, static_cast<char*>(nullptr));
    SetCurl(easy_, CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  const std::array<std::pair<const PemSource*, CURLoption>, 3> pems = {{
      {&config_.ca, CURLOPT_CAINFO_BLOB},
      {&config_.client_cert, CURLOPT_SSLCERT_BLOB},
      {&config_.client_key, CURLOPT_SSLKEY_BLOB},
  }};
  for (const auto& [source, option] : pems) {
    if (source->empty()) {
      continue;
    }
    auto pem = ReadPem(*source);
    if (!pem) {
      return Fail(pem.error());
    }
    SetBlob(easy_, option, *pem);
  }
  return {};
}

void CurlRequest::SetPayload(const std::string& json) {
  Append(headers_, "Content-Type: application/json");
  Append(headers_, "Expect:");  // Asking first would cost a round trip.
  SetCurl(easy_, CURLOPT_POST, 1L);
  SetCurl(easy_, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(json.size()));
  SetCurl(easy_, CURLOPT_POSTFIELDS, json.data());
}

Result<void> CurlRequest::SetTarget(const std::string& target) {
  const CurlUrl url(curl_url());
  const std::string text = config_.server + target;
  if (!url || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
    return Fail(ErrorCode::kInvalidArgument, "\"" + config_.server + "\" is no URL");
  }
  if (!config_.tls_server_name.empty()) {
    auto named = NameServer(url.get());
    if (!named) {
      return named;
    }
  }
  SetCurlText(easy_, CURLOPT_URL, GetPart(url.get(), CURLUPART_URL));
  SetCurl(easy_, CURLOPT_HTTPHEADER, headers_.get());
  return {};
}

Result<void> CurlRequest::NameServer(CURLU* url) {
  // The URL's host is what curl verifies and names in SNI; the real one is only connected to.
  const std::string authority = Authority(url);
  Append(connect_to_, "::" + authority);
  SetCurl(easy_, CURLOPT_CONNECT_TO, connect_to_.get());
  Append(headers_, "Host: " + authority);
  if (curl_url_set(url, CURLUPART_HOST, config_.tls_server_name.c_str(), 0) != CURLUE_OK) {
    return Fail(ErrorCode::kInvalidArgument,
                "tls-server-name \"" + config_.tls_server_name + "\" is no host");
  }
  return {};
}

}  // namespace portcullis::k8s
