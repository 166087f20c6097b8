// SPDX-License-Identifier: Apache-2.0
//
// See packet_totals.h.
#include "controller/status/packet_totals.h"

#include <algorithm>
#include <set>
#include <utility>

#include "controller/policy/names.h"

namespace portcullis {
namespace {

bool IsReturn(const nft::RuleCount& rule) {
  return rule.verdict && rule.verdict->kind == nft::VerdictKind::kReturn;
}

}  // namespace

std::string_view ToText(Judged judged) {
  switch (judged) {
    case Judged::kAllowed:
      return "allowed";
    case Judged::kDenied:
      return "denied";
    case Judged::kWouldDeny:
      return "would_deny";
  }
  return "";
}

uint64_t PacketTotals::Sum(Judged judged) const {
  uint64_t sum = 0;
  for (const auto& [kind, packets] : all) {
    sum += kind.judged == judged ? packets : 0;
  }
  return sum;
}

void PacketBook::Take(const std::vector<nft::RuleCount>& reading, const PoliciesOf& policies_of) {
  std::map<uint64_t, uint64_t> now;
  std::set<std::string> chains;
  const auto isolating = [&](const std::string& chain) -> const std::vector<k8s::ObjectKey>& {
    return AskFor(chain, policies_of);
  };
  for (const nft::RuleCount& rule : reading) {
    if (ended_.count(rule.handle) != 0) {
      continue;
    }
    now.emplace(rule.handle, rule.packets);
    if (const auto parts = policy::PartsOfGroupChain(rule.chain)) {
      chains.insert(parts->group_chain);
    }
    if (const uint64_t packets = Growth(rule); begun_ && packets > 0) {
      Add(rule, packets, isolating);
    }
  }
  std::erase_if(groups_, [&](const auto& entry) { return chains.count(entry.first) == 0; });
  Forget(now);
  ForgetPolicies();
  ++readings_;
  last_ = std::move(now);
  ended_.clear();
  begun_ = true;
}

/// A rule that is not there any more may have been deleted a moment ago, so that its end is told of
/// after the reading. Who else deletes rules tells nobody.
void PacketBook::Forget(const std::map<uint64_t, uint64_t>& now) {
  std::erase_if(missing_, [](const auto& entry) { return entry.second.twice; });
  for (auto& [handle, missing] : missing_) {
    missing.twice = true;
  }
  for (const auto& [handle, packets] : last_) {
    if (now.count(handle) == 0) {
      missing_.insert_or_assign(handle, Missing{packets});
    }
  }
}

/// Policies come and go for as long as the process lives; a number for each of them is what a
/// monitoring system suffers from most. Between two readings there may be more.
void PacketBook::ForgetPolicies() {
  if (grown_at_.size() <= kMaxPolicies) {
    return;
  }
  std::vector<std::pair<uint64_t, k8s::ObjectKey>> by_age;
  for (const auto& [policy, grown] : grown_at_) {
    by_age.emplace_back(grown, policy);
  }
  const auto kept = by_age.end() - static_cast<std::ptrdiff_t>(kMaxPolicies);
  std::nth_element(by_age.begin(), kept, by_age.end());
  for (auto gone = by_age.begin(); gone != kept; ++gone) {
    totals_.by_policy.erase(gone->second);
    grown_at_.erase(gone->second);
  }
}

void PacketBook::End(const std::vector<EndedRule>& rules) {
  if (!begun_) {
    return;
  }
  for (const EndedRule& rule : rules) {
    const uint64_t packets = Growth(rule.count);
    last_.erase(rule.count.handle);
    missing_.erase(rule.count.handle);
    ended_.insert(rule.count.handle);
    Add(rule.count,
        packets,
        [&](const std::string& /*chain*/) -> const std::vector<k8s::ObjectKey>& {
          return rule.isolating;
        });
  }
}

/// A number that has fallen is of a rule that was made anew.
uint64_t PacketBook::Growth(const nft::RuleCount& rule) const {
  const auto found = last_.find(rule.handle);
  const auto missing = missing_.find(rule.handle);
  const uint64_t before = found != last_.end()        ? found->second
                          : missing != missing_.end() ? missing->second.packets
                                                      : 0;
  return rule.packets >= before ? rule.packets - before : rule.packets;
}

/// What is counted in a chain that is of no group.
void PacketBook::AddOther(const std::string& chain, uint64_t packets) {
  if (chain == policy::kDeniedChain) {
    totals_.flows_cut += packets;
  } else if (chain == policy::kUnknownSourcesChain) {
    totals_.from_unknown_pods += packets;
  } else if (chain == policy::kUnknownPodsChain) {
    totals_.to_unknown_pods += packets;
  }
}

void PacketBook::Add(const nft::RuleCount& rule, uint64_t packets, const Isolating& isolating) {
  if (packets == 0) {
    return;
  }
  const auto parts = policy::PartsOfGroupChain(rule.chain);
  if (!parts) {
    AddOther(rule.chain, packets);
    return;
  }
  const bool allowed = IsReturn(rule);
  if (allowed && parts->audit) {
    return;  // It lets pass what passes anyway.
  }
  const PacketKind kind{parts->direction,
                        allowed        ? Judged::kAllowed
                        : parts->audit ? Judged::kWouldDeny
                                       : Judged::kDenied};
  totals_.all[kind] += packets;
  const auto policies = allowed ? PoliciesNamedBy(rule.comment) : isolating(parts->group_chain);
  for (const k8s::ObjectKey& policy : policies) {
    totals_.by_policy[policy][kind] += packets;
    grown_at_[policy] = readings_;
  }
}

const std::vector<k8s::ObjectKey>& PacketBook::AskFor(const std::string& chain,
                                                      const PoliciesOf& policies_of) {
  const auto known = groups_.find(chain);
  if (known != groups_.end()) {
    return known->second;
  }
  static const std::vector<k8s::ObjectKey> kNobody;
  auto policies = policies_of(chain);
  return policies ? groups_.emplace(chain, std::move(*policies)).first->second : kNobody;
}

std::vector<k8s::ObjectKey> PoliciesNamedBy(std::string_view comment) {
  std::vector<k8s::ObjectKey> policies;
  while (!comment.empty()) {
    const std::string_view item = comment.substr(0, comment.find(", "));
    const size_t slash = item.find('/');
    const size_t end = item.find(' ');
    const bool whole = end != std::string_view::npos && item.find(']') != std::string_view::npos;
    if (slash != std::string_view::npos && slash < end && whole) {
      policies.push_back({std::string(item.substr(0, slash)),
                          std::string(item.substr(slash + 1, end - slash - 1))});
    }
    comment.remove_prefix(std::min(comment.size(), item.size() + 2));
  }
  std::sort(policies.begin(), policies.end());
  policies.erase(std::unique(policies.begin(), policies.end()), policies.end());
  return policies;
}

}  // namespace portcullis
