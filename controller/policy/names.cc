// SPDX-License-Identifier: Apache-2.0
//
// See names.h.
#include "controller/policy/names.h"

#include "base/hash.h"

namespace portcullis::policy {
namespace {

constexpr std::string_view kUntrackedPrefix = "untracked-";

std::string Digit(Family family) {
  return family == Family::kIpv4 ? "4" : "6";
}

std::string Prefix(Tracking tracking) {
  return tracking == Tracking::kTracked ? "" : std::string(kUntrackedPrefix);
}

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

}  // namespace

std::string DispatchMapName(Direction direction, Family family, Tracking tracking) {
  return Prefix(tracking) + ToText(direction) + Digit(family);
}

std::string SelfSetName(Family family) {
  return "self" + Digit(family);
}

std::string GroupChainName(const GroupId& id, Tracking tracking) {
  return Prefix(tracking) + ToText(id.direction) + "-" + ShortDigest(ToText(id));
}

std::string PodSetName(const PodSetId& id, Family family) {
  const std::string kind = std::holds_alternative<PeerUnion>(id) ? "pods" : "named";
  return kind + Digit(family) + "-" + ShortDigest(ToText(id));
}

std::string BlockSetName(const AddressBlock& block) {
  return "cidr" + Digit(block.family()) + "-" + ShortDigest(ToText(block));
}

std::string PortSetName(const std::vector<k8s::PortRange>& ports) {
  return "ports-" + ShortDigest(ToText(ports));
}

bool IsGroupChain(std::string_view chain) {
  if (StartsWith(chain, kUntrackedPrefix)) {
    chain.remove_prefix(kUntrackedPrefix.size());
  }
  return StartsWith(chain, "egress-") || StartsWith(chain, "ingress-");
}

}  // namespace portcullis::policy
