// SPDX-License-Identifier: Apache-2.0
//
// See status.h.
#include "controller/cli/status.h"

#include <chrono>
#include <iostream>
#include <string>
#include <thread>

#include "controller/cli/complaint.h"
#include "controller/cli/status_text.h"
#include "controller/cli/terminal.h"
#include "controller/cli/yaml_text.h"
#include "controller/process/exit_codes.h"
#include "k8s-client/curl_transport.h"

namespace portcullis::cli {
namespace {

constexpr std::chrono::milliseconds kPatience{5'000};
constexpr std::chrono::seconds kAgain{2};
constexpr size_t kMaxPage = size_t{64} << 20U;
constexpr int kOk = 200;
constexpr int kNotFound = 404;

/// "http://127.0.0.1:10310"
std::string UrlOf(const ListenAddress& address) {
  const std::string text = address.ToString();
  return "http://" + (address.address ? text : "127.0.0.1" + text);
}

Error NoAnswer(const std::string& url, const Error& error) {
  return {ErrorCode::kUnavailable,
          "no process answers at " + url + ": " + error.message +
              "; does `portcullis run` have --listen (or PORTCULLIS_LISTEN), and is it this "
              "address? Another one: --address",
          0};
}

Result<std::string> FetchStatus(const ListenAddress& address) {
  const std::string url = UrlOf(address);
  k8s::ClientConfig config;
  config.server = url;
  k8s::CurlTransport transport(config);
  std::string body;
  const auto response =
      transport.Get({"/status", kPatience},
                    [&body](const k8s::Response& /*head*/, std::string_view more) {
                      body += more;
                      return body.size() <= kMaxPage;
                    },
                    {});
  if (!response) {
    return Fail(NoAnswer(url, response.error()));
  }
  if (response->status == kNotFound) {
    return Fail(ErrorCode::kUnavailable,
                url + " serves no /status: it is an older version, or not Portcullis");
  }
  if (response->status != kOk) {
    return Fail(ErrorCode::kUnavailable,
                url + " answers " + std::to_string(response->status) + ": " + response->error_body);
  }
  return body;
}

/// ERRORS: kUnavailable where it is no status.
Result<std::string> Render(const std::string& json, StatusOutput output) {
  switch (output) {
    case StatusOutput::kText:
    case StatusOutput::kWide:
      return StatusText(json, output == StatusOutput::kWide);
    case StatusOutput::kJson:
      return json;
    case StatusOutput::kYaml:
      return YamlText(json);
  }
  return json;
}

/// One look; the exit code.
int Show(const StatusOptions& options) {
  const auto json = FetchStatus(options.address);
  if (!json) {
    return Complain(json.error(), kExitNoAnswer);
  }
  const auto text = Render(*json, options.output);
  if (!text) {
    return Complain(text.error(), kExitNoAnswer);
  }
  constexpr char kClear[] = "\x1b[H\x1b[2J";
  if (!Print((options.watch && StandardOutput().interactive ? kClear : "") + *text)) {
    return kExitNoAnswer;
  }
  return IsInOrder(*json) ? kExitOk : kExitNo;
}

}  // namespace

int ShowStatus(const StatusOptions& options) {
  int exit = Show(options);
  while (options.watch && std::cout) {
    std::this_thread::sleep_for(kAgain);
    exit = Show(options);
  }
  return exit;
}

}  // namespace portcullis::cli
