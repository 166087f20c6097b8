// SPDX-License-Identifier: Apache-2.0
//
// See packet_counter.h.
#include "controller/reconcile/packet_counter.h"

#include <iterator>
#include <utility>
#include <vector>

#include "controller/policy/names.h"

namespace portcullis {

PacketTotals PacketCounter::Totals() {
  const std::lock_guard lock(mutex_);
  Refresh();
  return book_.totals();
}

void PacketCounter::Refresh() {
  const auto now = std::chrono::steady_clock::now();
  if (read_at_ && now - *read_at_ < kFresh) {
    return;
  }
  read_at_ = now;
  const auto reading = counters_.Read(policy::kTableName);
  // In this order: what ended meanwhile may be in the reading, or not any more.
  TakeEnded();
  if (!reading) {
    return;  // The next one has it all.
  }
  bool answers = true;  // One that does not is not waited for again.
  book_.Take(*reading, [&](const std::string& chain) {
    const auto policies = [chain](const LoopView& view) {
      const policy::GroupId* group = view.engine.FindGroup(chain);
      return group == nullptr ? std::vector<k8s::ObjectKey>{} : group->policies;
    };
    auto answer = answers ? Ask(desk_, policies, kPatience) : std::nullopt;
    answers = answer.has_value();
    return answer && !answer->empty() ? answer : std::nullopt;
  });
}

void PacketCounter::NoteEnded(std::vector<EndedRule> rules) {
  if (rules.empty()) {
    return;
  }
  {
    const std::lock_guard lock(ended_mutex_);
    std::move(rules.begin(), rules.end(), std::back_inserter(ended_));
    if (ended_.size() < kMaxEnded) {
      return;
    }
  }
  if (const std::unique_lock lock(mutex_, std::try_to_lock); lock) {
    TakeEnded();
  }
}

void PacketCounter::TakeEnded() {
  std::vector<EndedRule> ended;
  {
    const std::lock_guard lock(ended_mutex_);
    ended.swap(ended_);
  }
  book_.End(ended);
}

}  // namespace portcullis
