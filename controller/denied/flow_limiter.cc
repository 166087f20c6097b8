// SPDX-License-Identifier: Apache-2.0
//
// See flow_limiter.h.
#include "controller/denied/flow_limiter.h"

#include <algorithm>
#include <utility>

namespace portcullis::denied {

Pair PairOf(const nft::LoggedPacket& packet) {
  const auto& [source, destination] = std::minmax(packet.header.source, packet.header.destination);
  return {packet.prefix, source, destination};
}

bool TokenBucket::Take(SteadyTime now) {
  if (filled_ && now > *filled_) {
    const std::chrono::duration<double> passed = now - *filled_;
    tokens_ = std::min(size_, tokens_ + passed / interval_);
  }
  filled_ = now;
  if (tokens_ < 1) {
    return false;
  }
  tokens_ -= 1;
  return true;
}

FlowLimiter::FlowLimiter(const Limits& limits)
    : limits_(limits),
      all_(limits.burst, limits.interval) {}

FlowLimiter::Decision FlowLimiter::Judge(const nft::LoggedPacket& packet,
                                         SteadyTime now,
                                         WallTime wall) {
  Decision decision;
  PairState& pair = StateOf(PairOf(packet));
  if (!IsNew(packet, now)) {
    decision.repeated = true;
    return decision;
  }
  // In this order: what the pair may not have must cost the others nothing.
  if (pair.bucket.Take(now) && all_.Take(now)) {
    decision.write = true;
    decision.before = std::exchange(pair.suppressed, {});
    return decision;
  }
  if (pair.suppressed.flows++ == 0) {
    pair.suppressed.since = wall;
  }
  ++pair.in_summary;
  pair.last = packet;
  ++suppressed_;
  return decision;
}

std::optional<FlowLimiter::Summary> FlowLimiter::TakeSummary() {
  if (suppressed_ == 0) {
    return std::nullopt;
  }
  Summary summary;
  summary.flows = std::exchange(suppressed_, 0);
  for (auto& [pair, state] : pairs_) {
    const uint64_t flows = std::exchange(state.in_summary, 0);
    summary.pairs += flows > 0 ? 1U : 0U;
    if (flows > summary.most_flows) {
      summary.most_flows = flows;
      summary.most = state.last;
    }
  }
  return summary;
}

FlowLimiter::Flow FlowLimiter::FlowOf(const nft::LoggedPacket& packet) {
  const nft::PacketHeader& header = packet.header;
  const uint32_t source = header.source_port.value_or(header.icmp_type.value_or(0));
  const uint32_t destination = header.destination_port.value_or(0);
  const bool forward = header.source <= header.destination;
  return {PairOf(packet),
          header.protocol,
          forward ? (source << 16U) | destination : (destination << 16U) | source};
}

/// Whether its flow was not heard of lately; it was from now on. A flow is told of again when its
/// time is over, so those that were heard of first are the first to be forgotten.
bool FlowLimiter::IsNew(const nft::LoggedPacket& packet, SteadyTime now) {
  while (!by_age_.empty() && now - by_age_.front()->second >= limits_.same_flow) {
    flows_.erase(by_age_.front());
    by_age_.pop_front();
  }
  const auto [flow, is_new] = flows_.try_emplace(FlowOf(packet), now);
  if (!is_new) {
    return false;
  }
  by_age_.push_back(flow);
  if (flows_.size() > limits_.flows) {
    flows_.erase(by_age_.front());
    by_age_.pop_front();
  }
  return true;
}

/// A pair that is forgotten for want of room loses its own count, not that of the summary.
FlowLimiter::PairState& FlowLimiter::StateOf(const Pair& pair) {
  const auto found = pairs_.find(pair);
  if (found != pairs_.end()) {
    by_use_.splice(by_use_.end(), by_use_, found->second.place);
    return found->second;
  }
  if (pairs_.size() >= limits_.pairs) {
    pairs_.erase(by_use_.front());
    by_use_.pop_front();
  }
  by_use_.push_back(pair);
  return pairs_
      .emplace(pair,
               PairState{TokenBucket(limits_.pair_burst, limits_.pair_interval),
                         {},
                         0,
                         {},
                         std::prev(by_use_.end())})
      .first->second;
}

}  // namespace portcullis::denied
