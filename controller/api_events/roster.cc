// SPDX-License-Identifier: Apache-2.0
//
// See roster.h.
#include "controller/api_events/roster.h"

#include <utility>

namespace portcullis::api_events {
namespace {

/// FNV-1a, and a finish that mixes its high bits. Written out here, since nodes with different
/// builds must agree; std::hash promises nothing of that kind.
uint64_t Weight(std::string_view uid, std::string_view node) {
  uint64_t hash = 0xcbf29ce484222325U;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
    }
  };
  add(uid);
  add(std::string_view("\0", 1));
  add(node);
  hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccdU;
  hash = (hash ^ (hash >> 33U)) * 0xc4ceb9fe1a85ec53U;
  return hash ^ (hash >> 33U);
}

}  // namespace

void Roster::Put(const k8s::ObjectKey& pod, const std::string& node) {
  std::string& known = nodes_[pod];
  if (known != node) {
    known = node;
    ++version_;
  }
}

void Roster::Remove(const k8s::ObjectKey& pod) {
  version_ += nodes_.erase(pod);
}

std::optional<unsigned> Roster::OwnRank(std::string_view uid) const {
  // Nodes whose weights are the same, which does not happen, are told apart by their names.
  const auto own = std::pair(Weight(uid, own_node_), std::string_view(own_node_));
  std::map<std::string_view, bool> before;
  for (const auto& [pod, node] : nodes_) {
    if (node != own_node_ && std::pair(Weight(uid, node), std::string_view(node)) > own) {
      before.emplace(node, true);
      if (before.size() == kWriters) {
        return std::nullopt;
      }
    }
  }
  return static_cast<unsigned>(before.size());
}

}  // namespace portcullis::api_events
