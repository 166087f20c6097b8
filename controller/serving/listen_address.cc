// SPDX-License-Identifier: Apache-2.0
//
// See listen_address.h.
#include "controller/serving/listen_address.h"

#include <charconv>

namespace portcullis {
namespace {

/// 0 where the text is no port.
uint16_t ParsePort(std::string_view text) {
  uint16_t port = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, port);
  return error == std::errc() && stopped == end ? port : uint16_t{0};
}

/// IPv6 stands in brackets and nothing else does, so that the last colon is always the port's.
std::optional<IpAddress> ParseHost(std::string_view text) {
  const bool bracketed = text.size() > 2 && text.front() == '[' && text.back() == ']';
  const auto address = IpAddress::Parse(bracketed ? text.substr(1, text.size() - 2) : text);
  const bool ipv6_text = text.find(':') != std::string_view::npos;
  return bracketed == ipv6_text ? address : std::nullopt;
}

tl::unexpected<Error> Refuse(std::string_view text, std::string_view why) {
  return Fail(ErrorCode::kInvalidArgument,
              "\"" + std::string(text) + "\": " + std::string(why) +
                  "; ADDRESS:PORT is expected, such as :10310 (every address of this host), "
                  "127.0.0.1:10310 or [::1]:10310");
}

}  // namespace

Result<ListenAddress> ListenAddress::Parse(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || text.back() == ']') {
    return Refuse(text, "has no port");
  }
  const uint16_t port = ParsePort(text.substr(colon + 1));
  if (port == 0) {
    return Refuse(text, "the port is none from 1 to 65535");
  }
  const std::string_view host = text.substr(0, colon);
  const auto address = ParseHost(host);
  if (!host.empty() && !address) {
    return Refuse(text, "the address is no IP address, or IPv6 without brackets");
  }
  return ListenAddress{address, port};
}

std::string ListenAddress::ToString() const {
  std::string host = address ? address->ToString() : "";
  if (address && address->family() == Family::kIpv6) {
    host = "[" + host + "]";
  }
  return host + ":" + std::to_string(port);
}

}  // namespace portcullis
