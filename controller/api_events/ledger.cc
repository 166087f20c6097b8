// SPDX-License-Identifier: Apache-2.0
//
// See ledger.h.
#include "controller/api_events/ledger.h"

#include <utility>

namespace portcullis::api_events {

void Ledger::Note(const PolicyRef& policy,
                  unsigned rank,
                  const std::vector<insight::Finding>& findings,
                  Time now) {
  const auto [found, is_new] = entries_.try_emplace(policy.key, Entry{policy, {}});
  Entry& entry = found->second;
  const auto before = entry.policy.IsSameChange(policy) ? std::exchange(entry.due, {})
                                                        : std::map<insight::Finding, Time>();
  entry = Entry{policy, {}};
  for (const insight::Finding& finding : findings) {
    const auto known = before.find(finding);
    const auto wait = (insight::DependsOnPods(finding.kind) ? kPatience : Time::duration(0)) +
                      rank * Time::duration(kPerRank);
    entry.due.emplace(finding, known != before.end() ? known->second : now + wait);
  }
  if (entry.due.empty()) {
    entries_.erase(found);
  }
}

void Ledger::Forget(const k8s::ObjectKey& policy) {
  entries_.erase(policy);
}

std::optional<Ledger::Due> Ledger::Next(Time now) const {
  const Entry* next = nullptr;
  const std::pair<const insight::Finding, Time>* first = nullptr;
  for (const auto& [key, entry] : entries_) {
    for (const auto& due : entry.due) {
      if (due.second <= now && (first == nullptr || due.second < first->second)) {
        next = &entry;
        first = &due;
      }
    }
  }
  return first == nullptr ? std::nullopt : std::optional(Due{next->policy, first->first});
}

void Ledger::Told(const Due& due) {
  const auto entry = entries_.find(due.policy.key);
  if (entry == entries_.end() || !entry->second.policy.IsSameChange(due.policy)) {
    return;
  }
  const auto finding = entry->second.due.find(due.finding);
  if (finding != entry->second.due.end()) {
    finding->second = Time::max();
  }
}

size_t Ledger::waiting() const {
  size_t count = 0;
  for (const auto& [key, entry] : entries_) {
    for (const auto& [finding, due] : entry.due) {
      count += due == Time::max() ? 0U : 1U;
    }
  }
  return count;
}

}  // namespace portcullis::api_events
