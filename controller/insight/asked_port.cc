// SPDX-License-Identifier: Apache-2.0
//
// See asked_port.h.
#include "controller/insight/asked_port.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <system_error>
#include <utility>

#include "controller/insight/port_set.h"

namespace portcullis::insight {
namespace {

constexpr std::array kProtocols = {k8s::Protocol::kTcp, k8s::Protocol::kUdp, k8s::Protocol::kSctp};

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return upper;
}

std::optional<k8s::Protocol> ProtocolOf(std::string_view text) {
  for (const k8s::Protocol protocol : kProtocols) {
    if (NameOf(protocol) == Upper(text)) {
      return protocol;
    }
  }
  return std::nullopt;
}

/// As the API server has it: lower case, with a letter in it.
bool IsPortName(std::string_view text) {
  const auto is_letter = [](char c) {
    return c >= 'a' && c <= 'z';
  };
  return text.size() <= 15 && std::any_of(text.begin(), text.end(), is_letter) &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
         });
}

tl::unexpected<Error> NoPort(std::string_view text) {
  return Fail(ErrorCode::kInvalidArgument,
              "'" + std::string(text) +
                  "' is no port: give NUMBER/PROTOCOL with TCP, UDP or SCTP (80/TCP), the name of "
                  "a port of the destination (http), or icmp");
}

/// "80/TCP, 8080/TCP".
std::string ListOf(const std::set<std::pair<k8s::Protocol, uint16_t>>& ports) {
  std::string text;
  for (const auto& [protocol, port] : ports) {
    text += (text.empty() ? "" : ", ") + std::to_string(port) + "/" + NameOf(protocol);
  }
  return text;
}

std::string NamesOf(const k8s::Pod& pod) {
  std::string text;
  for (const k8s::ContainerPort& port : pod.ports) {
    text += (text.empty() ? "" : ", ") + port.name + " (" + std::to_string(port.port) + "/" +
            NameOf(port.protocol) + ")";
  }
  return text.empty() ? "no named port" : "the named ports " + text;
}

Result<AskedPort> FindName(const AskedPortName& asked, const k8s::Pod& pod) {
  std::set<std::pair<k8s::Protocol, uint16_t>> found;
  for (const k8s::ContainerPort& port : pod.ports) {
    if (port.name == asked.name && port.protocol == asked.protocol.value_or(port.protocol)) {
      found.emplace(port.protocol, port.port);
    }
  }
  const std::string who = "pod " + pod.meta.key.ToString();
  if (found.empty()) {
    return Fail(ErrorCode::kNotFound,
                who + " has no port called " + asked.name + ": it has " + NamesOf(pod));
  }
  if (found.size() > 1) {
    return Fail(
        ErrorCode::kInvalidArgument,
        asked.name + " of " + who + " stands for " + ListOf(found) + ": ask for one of them");
  }
  return AskedPort{static_cast<uint8_t>(found.begin()->first), found.begin()->second, asked.name};
}

}  // namespace

bool HasPorts(const AskedPort& port) {
  return std::any_of(kProtocols.begin(), kProtocols.end(), [&](k8s::Protocol protocol) {
    return static_cast<uint8_t>(protocol) == port.protocol;
  });
}

std::string ToText(const AskedPort& port) {
  if (!HasPorts(port)) {
    return "ICMP";
  }
  return std::to_string(port.port) + "/" + NameOf(static_cast<k8s::Protocol>(port.protocol)) +
         (port.name.empty() ? "" : " (" + port.name + ")");
}

Result<PortText> ParsePort(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view port = text.substr(0, slash);
  std::optional<k8s::Protocol> protocol;
  if (slash != std::string_view::npos) {
    protocol = ProtocolOf(text.substr(slash + 1));
    if (!protocol) {
      return NoPort(text);
    }
  }
  if (Upper(text) == "ICMP" || Upper(text) == "ICMPV6") {
    return AskedPort{kIcmp, 0, ""};
  }
  uint16_t number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error == std::errc() && end == port.data() + port.size()) {
    return AskedPort{static_cast<uint8_t>(protocol.value_or(k8s::Protocol::kTcp)), number, ""};
  }
  if (!IsPortName(port)) {
    return NoPort(text);
  }
  return AskedPortName{std::string(port), protocol};
}

Result<AskedPort> FindPort(const PortText& text, const k8s::Pod* destination) {
  if (const auto* port = std::get_if<AskedPort>(&text)) {
    return *port;
  }
  const auto& name = std::get<AskedPortName>(text);
  if (destination == nullptr) {
    return Fail(
        ErrorCode::kInvalidArgument,
        "'" + name.name + "' is the name of a port, and only pods have such: give a number");
  }
  return FindName(name, *destination);
}

}  // namespace portcullis::insight
