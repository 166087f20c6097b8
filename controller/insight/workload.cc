// SPDX-License-Identifier: Apache-2.0
//
// See workload.h.
#include "controller/insight/workload.h"

#include <algorithm>
#include <string_view>

namespace portcullis::insight {
namespace {

// What Kubernetes makes random suffixes of: no vowels, and no digits that look like letters.
constexpr std::string_view kGenerated = "bcdfghjklmnpqrstvwxz2456789";
constexpr std::string_view kDigits = "0123456789";
constexpr size_t kSuffixSize = 5;   // Of a pod's generated name.
constexpr size_t kHashSize = 10;    // At most, of a pod-template-hash.
constexpr size_t kMinutesSize = 8;  // Of a CronJob's job: the scheduled time in minutes.

bool ConsistsOf(std::string_view text, std::string_view letters) {
  return !text.empty() && text.find_first_not_of(letters) == std::string_view::npos;
}

/// What stands after the last dash; empty where there is none, or nothing before it.
std::string_view LastPart(std::string_view name) {
  const size_t dash = name.rfind('-');
  return dash == std::string_view::npos || dash == 0 ? std::string_view() : name.substr(dash + 1);
}

std::string_view WithoutLastPart(std::string_view name) {
  return name.substr(0, name.rfind('-'));
}

bool IsSuffix(std::string_view part) {
  return part.size() == kSuffixSize && ConsistsOf(part, kGenerated);
}

bool IsTemplateHash(std::string_view part, const std::string* label) {
  if (label != nullptr) {
    return part == *label;
  }
  return part.size() > kSuffixSize && part.size() <= kHashSize && ConsistsOf(part, kGenerated);
}

const std::string* LabelOf(const k8s::Pod& pod, std::string_view key) {
  const auto label = pod.meta.labels.find(key);
  return label == pod.meta.labels.end() ? nullptr : &label->second;
}

/// "backup-29384720" of a CronJob's job is "backup".
std::string_view WithoutMinutes(std::string_view name) {
  const std::string_view part = LastPart(name);
  return part.size() >= kMinutesSize && ConsistsOf(part, kDigits) ? WithoutLastPart(name) : name;
}

}  // namespace

std::string WorkloadOf(const k8s::Pod& pod) {
  const std::string_view name = pod.meta.key.name;
  if (const std::string* job = LabelOf(pod, "job-name")) {
    return std::string(WithoutMinutes(*job));
  }
  if (ConsistsOf(LastPart(name), kDigits)) {
    return std::string(WithoutLastPart(name));
  }
  const std::string* hash = LabelOf(pod, "pod-template-hash");
  const bool made = hash != nullptr || LabelOf(pod, "controller-revision-hash") != nullptr;
  if (!IsSuffix(LastPart(name)) && !(made && LastPart(name).size() == kSuffixSize)) {
    return std::string(name);
  }
  const std::string_view set = WithoutLastPart(name);
  return std::string(IsTemplateHash(LastPart(set), hash) ? WithoutLastPart(set) : set);
}

}  // namespace portcullis::insight
