// SPDX-License-Identifier: Apache-2.0
//
// See curl_response.h.
#include "k8s-client/curl_response.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include "k8s-client/curl_handle.h"

namespace portcullis::k8s {
namespace {

constexpr int kOk = 200;
constexpr size_t kMaxErrorBody = size_t{16} << 10U;

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

}  // namespace

void CurlResponse::Listen() {
  SetCurl(easy_, CURLOPT_WRITEFUNCTION, &OnBody);
  SetCurl(easy_, CURLOPT_WRITEDATA, this);
  SetCurl(easy_, CURLOPT_HEADERFUNCTION, &OnHeader);
  SetCurl(easy_, CURLOPT_HEADERDATA, this);
}

size_t CurlResponse::OnHeader(char* data, size_t size, size_t count, void* user) noexcept {
  return static_cast<CurlResponse*>(user)->TakeHeader({data, size * count}) ? size * count : 0;
}

size_t CurlResponse::OnBody(char* data, size_t size, size_t count, void* user) noexcept {
  return static_cast<CurlResponse*>(user)->TakeBody({data, size * count}) ? size * count : 0;
}

bool CurlResponse::TakeHeader(std::string_view line) {
  Touch(Clock::now());
  if (line.rfind("HTTP/", 0) == 0) {
    retry_after_.clear();  // The head before this one was only an announcement (1xx).
    response_.content_type.clear();
  } else if (auto type = HeaderValue(line, "content-type:")) {
    response_.content_type = std::move(*type);
  } else if (auto after = HeaderValue(line, "retry-after:")) {
    retry_after_ = std::move(*after);
  } else if (auto date = HeaderValue(line, "date:")) {
    date_ = std::move(*date);
  } else if (line == "\r\n" || line == "\n") {
    return EndHead();
  }
  return true;
}

bool CurlResponse::TakeBody(std::string_view bytes) {
  Touch(Clock::now());
  if (response_.status == kOk) {
    return Consume(bytes);
  }
  std::string& body = response_.error_body;
  body += bytes.substr(0, kMaxErrorBody - std::min(body.size(), kMaxErrorBody));
  return true;
}

bool CurlResponse::EndHead() {
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return status != kOk || Consume({});
}

bool CurlResponse::Consume(std::string_view bytes) {
  enough_ = !consume_(response_, bytes);
  return !enough_;
}

Response CurlResponse::Take() && {
  response_.retry_after = ParseRetryAfter(retry_after_, date_);
  return std::move(response_);
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
