// SPDX-License-Identifier: Apache-2.0
//
// See fields.h.
#include "k8s-client/fields.h"

#include <algorithm>
#include <string>

namespace portcullis::k8s {
namespace {

constexpr std::string_view kNamespaceNameLabel = "kubernetes.io/metadata.name";
constexpr int64_t kMaxPort = 65535;

}  // namespace

PodPhase ParsePhase(std::string_view text, const Path& path, Problems& problems) {
  if (text.empty() || text == "Pending") {
    return PodPhase::kPending;
  }
  if (text == "Running") {
    return PodPhase::kRunning;
  }
  if (text == "Succeeded") {
    return PodPhase::kSucceeded;
  }
  if (text == "Failed") {
    return PodPhase::kFailed;
  }
  if (text != "Unknown") {
    problems.Add(path, Quoted(text) + " is no phase");
  }
  return PodPhase::kUnknown;
}

std::optional<Protocol> ParseProtocol(std::string_view text, const Path& path, Problems& problems) {
  if (text == "TCP") {
    return Protocol::kTcp;
  }
  if (text == "UDP") {
    return Protocol::kUdp;
  }
  if (text == "SCTP") {
    return Protocol::kSctp;
  }
  problems.Add(path, Quoted(text) + " is no protocol");
  return std::nullopt;
}

std::optional<uint16_t> CheckPort(int64_t number, const Path& path, Problems& problems) {
  if (number < 1 || number > kMaxPort) {
    problems.Add(path, std::to_string(number) + " is not within 1-65535");
    return std::nullopt;
  }
  return static_cast<uint16_t>(number);
}

void AddAddress(std::string_view text,
                const Path& path,
                Problems& problems,
                std::vector<IpAddress>& addresses) {
  if (text.empty()) {
    return;
  }
  const auto address = IpAddress::Parse(text);
  if (!address) {
    problems.Add(path, Quoted(text) + " is no IP address");
  } else if (std::find(addresses.begin(), addresses.end(), *address) == addresses.end()) {
    addresses.push_back(*address);
  }
}

void AddCidr(std::string_view text,
             const Path& path,
             Problems& problems,
             std::vector<Cidr>& cidrs) {
  if (text.empty()) {
    return;
  }
  const auto cidr = Cidr::Parse(text);
  if (!cidr) {
    problems.Add(path, Quoted(text) + " is no address block");
  } else if (std::find(cidrs.begin(), cidrs.end(), *cidr) == cidrs.end()) {
    cidrs.push_back(*cidr);
  }
}

void FinishNamespace(const std::vector<std::string>& messages, Reading<Namespace>& reading) {
  // Nothing of a namespace matters but its labels, and a label that is left out would make NotIn
  // match: a namespace that is not there matches nothing (3.9).
  reading.Finish(messages.empty() ? "" : messages.front());
  ObjectMeta& meta = reading.object.meta;
  meta.key.ns.clear();
  meta.labels.insert_or_assign(std::string(kNamespaceNameLabel), meta.key.name);
}

}  // namespace portcullis::k8s
