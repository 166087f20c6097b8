// SPDX-License-Identifier: Apache-2.0
//
// See policies_in_force.h.
#include "controller/status/policies_in_force.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "controller/policy/policy_index.h"

namespace portcullis {

void PoliciesInForce::Note(const policy::KindChanges<k8s::NetworkPolicy>& changes,
                           const policy::Engine& engine) {
  for (const auto& [key, change] : changes.objects) {
    noted_.insert(key);
    const k8s::NetworkPolicy* before = engine.FindPolicy(key);
    if (!change.object || before == nullptr || !policy::SaySame(*before, *change.object)) {
      changed_.insert(key);
    }
  }
  listed_ = listed_ || changes.complete_list.has_value();
}

void PoliciesInForce::Committed(const policy::Engine& engine, WallTime now) {
  if (noted_.empty() && !listed_) {
    return;
  }
  const std::string time = ToRfc3339(now);
  for (const k8s::ObjectKey& key : std::exchange(noted_, {})) {
    const k8s::NetworkPolicy* policy = engine.FindPolicy(key);
    if (policy == nullptr) {
      in_force_.erase(key);
      continue;
    }
    const PolicyInForce* before = Find(key);
    const bool as_created = first_ && !policy->meta.creation_timestamp.empty();
    const bool same = before != nullptr && changed_.count(key) == 0;
    Put(*policy, same ? before->since : as_created ? policy->meta.creation_timestamp : time);
  }
  changed_.clear();
  first_ = false;
  if (std::exchange(listed_, false)) {
    DropGone(engine);
  }
}

const PolicyInForce* PoliciesInForce::Find(const k8s::ObjectKey& key) const {
  const auto found = in_force_.find(key);
  return found == in_force_.end() ? nullptr : &found->second;
}

std::vector<std::string> PoliciesInForce::Waiting(size_t most) const {
  std::vector<std::string> waiting;
  for (const k8s::ObjectKey& key : changed_) {
    if (waiting.size() < most) {
      waiting.push_back(key.ToString());
    }
  }
  return waiting;
}

void PoliciesInForce::Put(const k8s::NetworkPolicy& policy, const std::string& since) {
  in_force_.insert_or_assign(policy.meta.key, PolicyInForce{policy.meta.resource_version, since});
}

/// A list takes away without naming what is gone.
void PoliciesInForce::DropGone(const policy::Engine& engine) {
  for (auto entry = in_force_.begin(); entry != in_force_.end();) {
    entry = engine.FindPolicy(entry->first) == nullptr ? in_force_.erase(entry) : ++entry;
  }
}

std::string ToRfc3339(WallTime time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<std::chrono::seconds> clock(seconds - day);
  const auto digits = [](int64_t number, size_t width) {
    std::string text = std::to_string(number);
    return std::string(width - std::min(width, text.size()), '0') + text;
  };
  return digits(int{date.year()}, 4) + "-" + digits(unsigned{date.month()}, 2) + "-" +
         digits(unsigned{date.day()}, 2) + "T" + digits(clock.hours().count(), 2) + ":" +
         digits(clock.minutes().count(), 2) + ":" + digits(clock.seconds().count(), 2) + "Z";
}

}  // namespace portcullis
