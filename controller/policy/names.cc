// SPDX-License-Identifier: Apache-2.0
//
// See names.h.
#include "controller/policy/names.h"

#include "base/hash.h"

namespace portcullis::policy {
namespace {

constexpr std::string_view kUntrackedPrefix = "untracked-";
constexpr std::string_view kAuditPrefix = "audit-";

std::string Digit(Family family) {
  return family == Family::kIpv4 ? "4" : "6";
}

std::string Prefix(Tracking tracking) {
  return tracking == Tracking::kTracked ? "" : std::string(kUntrackedPrefix);
}

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

std::string_view Without(std::string_view prefix, std::string_view text) {
  return StartsWith(text, prefix) ? text.substr(prefix.size()) : text;
}

}  // namespace

std::string DispatchMapName(Direction direction, Family family, Tracking tracking) {
  return Prefix(tracking) + ToText(direction) + Digit(family);
}

std::string SelfSetName(Family family) {
  return "self" + Digit(family);
}

std::string KnownSetName(Family family) {
  return "known" + Digit(family);
}

std::string GroupChainName(const GroupId& id, Tracking tracking) {
  return Prefix(tracking) + std::string(id.audit ? kAuditPrefix : "") + ToText(id.direction) + "-" +
         ShortDigest(ToText(id));
}

std::string CellChainName(const GroupId& id,
                          Tracking tracking,
                          k8s::Protocol protocol,
                          const std::vector<k8s::PortRange>& ports) {
  const std::string text = ToText(ports);
  return GroupChainName(id, tracking) + "-" + ToText(protocol) + "-" +
         (ports.size() == 1 ? text : ShortDigest(text));
}

std::string DeniedChainName(const GroupId& id, Tracking tracking) {
  return GroupChainName(id, tracking) + "-denied";
}

std::string CellMapName(std::string_view content) {
  return "cells-" + ShortDigest(content);
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

std::optional<Direction> GroupDirection(std::string_view chain) {
  const std::string_view name = Without(kAuditPrefix, Without(kUntrackedPrefix, chain));
  for (const Direction direction : {Direction::kEgress, Direction::kIngress}) {
    if (StartsWith(name, ToText(direction) + "-")) {
      return direction;
    }
  }
  return std::nullopt;
}

bool IsGroupChain(std::string_view chain) {
  return GroupDirection(chain).has_value();
}

bool IsAuditChain(std::string_view chain) {
  return IsGroupChain(chain) && StartsWith(Without(kUntrackedPrefix, chain), kAuditPrefix);
}

bool IsDispatchMap(std::string_view map) {
  for (const Direction direction : {Direction::kEgress, Direction::kIngress}) {
    for (const Family family : {Family::kIpv4, Family::kIpv6}) {
      for (const Tracking tracking : kTrackings) {
        if (map == DispatchMapName(direction, family, tracking)) {
          return true;
        }
      }
    }
  }
  return false;
}

std::optional<GroupChainParts> PartsOfGroupChain(std::string_view chain) {
  constexpr size_t kDigest = 16;
  const auto direction = GroupDirection(chain);
  if (!direction) {
    return std::nullopt;
  }
  const std::string word = ToText(*direction) + "-";
  const size_t end = chain.find(word) + word.size() + kDigest;
  if (chain.size() < end) {
    return std::nullopt;
  }
  return GroupChainParts{*direction, IsAuditChain(chain), std::string(chain.substr(0, end))};
}

}  // namespace portcullis::policy
