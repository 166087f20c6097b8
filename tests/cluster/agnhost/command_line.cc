// SPDX-License-Identifier: Apache-2.0
//
// See command_line.h.
#include "tests/cluster/agnhost/command_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace portcullis::agnhost {
namespace {

using std::chrono::nanoseconds;

struct Unit {
  std::string_view name;
  double nanoseconds;
};
/// A name stands before those that it begins with.
constexpr std::array kUnits = {Unit{"ns", 1},
                               Unit{"us", 1e3},
                               Unit{"µs", 1e3},
                               Unit{"ms", 1e6},
                               Unit{"s", 1e9},
                               Unit{"m", 60e9},
                               Unit{"h", 3600e9}};

constexpr double kLongestNanoseconds = 1e18;  // Some 30 years; int64_t holds ten times that.

/// Takes a number off the front of `text`: digits, perhaps with a point.
std::optional<double> TakeNumber(std::string_view& text) {
  const std::string_view digits = text.substr(0, text.find_first_not_of("0123456789."));
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  text.remove_prefix(digits.size());
  return value;
}

std::optional<double> TakeUnit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (text.starts_with(unit.name)) {
      text.remove_prefix(unit.name.size());
      return unit.nanoseconds;
    }
  }
  return std::nullopt;
}

std::optional<Protocol> ParseProtocol(std::string_view text) {
  if (text.empty() || text == "tcp") {
    return Protocol::kTcp;
  }
  if (text == "udp") {
    return Protocol::kUdp;
  }
  return text == "sctp" ? std::optional(Protocol::kSctp) : std::nullopt;
}

/// Puts a parsed value where it belongs; whether it could be parsed.
template <typename T>
bool Set(T& place, std::optional<T> value) {
  const bool parsed = value.has_value();
  if (parsed) {
    place = *std::move(value);
  }
  return parsed;
}

bool SetFlag(ConnectRequest& request, std::string_view name, const std::string& value) {
  if (name == "--timeout") {
    return Set(request.timeout, ParseDuration(value));
  }
  if (name == "--hold") {
    return Set(request.hold, ParseDuration(value));
  }
  if (name == "--protocol") {
    return Set(request.protocol, ParseProtocol(value));
  }
  if (name == "--udp-data") {
    return Set(request.udp_data, std::optional(value));
  }
  return name == "--sctp-data" && Set(request.sctp_data, std::optional(value));
}

/// A flag at `at` with its value, written "--name=value" or "--name value".
struct Flag {
  std::string_view name;
  std::optional<std::string> value;
  size_t words = 1;
};
Flag FlagAt(const std::vector<std::string>& arguments, size_t at) {
  const std::string& word = arguments[at];
  const size_t equals = word.find('=');
  if (equals != std::string::npos) {
    return Flag{std::string_view(word).substr(0, equals), word.substr(equals + 1), 1};
  }
  return at + 1 < arguments.size() ? Flag{word, arguments[at + 1], 2} : Flag{word, {}, 1};
}

}  // namespace

std::string Target::ToString() const {
  const std::string text = address.ToString();
  return (address.family() == Family::kIpv6 ? "[" + text + "]" : text) + ":" + std::to_string(port);
}

std::optional<uint16_t> ParsePort(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && value > 0 && value <= std::numeric_limits<uint16_t>::max()
             ? std::optional(static_cast<uint16_t>(value))
             : std::nullopt;
}

std::optional<nanoseconds> ParseDuration(std::string_view text) {
  if (text == "0") {
    return nanoseconds(0);
  }
  double sum = 0;
  do {
    const auto number = TakeNumber(text);
    const auto unit = number ? TakeUnit(text) : std::nullopt;
    if (!unit) {
      return std::nullopt;
    }
    sum += *number * *unit;
  } while (!text.empty());
  return sum <= kLongestNanoseconds ? std::optional(nanoseconds(static_cast<int64_t>(sum)))
                                    : std::nullopt;
}

std::optional<Target> ParseTarget(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) {
    host = host.substr(1, host.size() - 2);
  }
  if (bracketed != (host.find(':') != std::string_view::npos)) {
    return std::nullopt;
  }
  const auto address = IpAddress::Parse(host);
  const auto port = ParsePort(text.substr(colon + 1));
  if (address && !bracketed && address->ToString() != host) {
    return std::nullopt;  // Leading zeros, which Go takes for a name.
  }
  return address && port ? std::optional(Target{*address, *port}) : std::nullopt;
}

std::optional<ConnectRequest> ParseConnect(const std::vector<std::string>& arguments) {
  ConnectRequest out;
  for (size_t at = 0; at < arguments.size();) {
    if (!arguments[at].starts_with("-")) {
      if (!out.destination.empty()) {
        return std::nullopt;
      }
      out.destination = arguments[at++];
      continue;
    }
    const Flag flag = FlagAt(arguments, at);
    if (!flag.value || !SetFlag(out, flag.name, *flag.value)) {
      return std::nullopt;
    }
    at += flag.words;
  }
  out.target = ParseTarget(out.destination);
  const bool held_without_sctp = out.hold.count() > 0 && out.protocol != Protocol::kSctp;
  return out.destination.empty() || held_without_sctp ? std::nullopt : std::optional(out);
}

NetexecArguments SplitNetexec(const std::vector<std::string>& arguments) {
  NetexecArguments out;
  for (size_t at = 0; at < arguments.size();) {
    const Flag flag = FlagAt(arguments, at);
    const auto port =
        flag.name == "--sctp-port" && flag.value ? ParsePort(*flag.value) : std::nullopt;
    if (port) {
      out.sctp_port = port;
      at += flag.words;
    } else {
      out.others.push_back(arguments[at++]);
    }
  }
  return out;
}

PorterEnvironment SplitPorter(const std::vector<std::string>& environment) {
  constexpr std::string_view kSctp = "SERVE_SCTP_PORT_";
  PorterEnvironment out;
  for (const std::string& variable : environment) {
    if (!variable.starts_with(kSctp)) {
      out.without_sctp.push_back(variable);
      out.others_served = out.others_served || variable.starts_with("SERVE_PORT_") ||
                          variable.starts_with("SERVE_TLS_PORT_");
      continue;
    }
    const size_t equals = variable.find('=');
    const auto port = ParsePort(variable.substr(kSctp.size(), equals - kSctp.size()));
    if (port && equals != std::string::npos) {
      out.sctp.push_back(Service{*port, Service::Kind::kPorter, variable.substr(equals + 1)});
    } else {
      out.unusable.push_back(variable);
    }
  }
  return out;
}

}  // namespace portcullis::agnhost
