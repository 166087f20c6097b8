// SPDX-License-Identifier: Apache-2.0
//
// See health.h.
#include "controller/status/health.h"

#include <algorithm>

namespace portcullis {
namespace {

std::string Seconds(std::chrono::steady_clock::duration duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count()) + " s";
}

/// The last failure of a watch that has not succeeded yet.
std::string FirstTrouble(const WatchStatus& watch, const std::string& otherwise) {
  return watch.trouble ? watch.trouble->message : otherwise;
}

std::chrono::seconds LimitFor(const Error& trouble) {
  return trouble.code == ErrorCode::kPermission ? kRefusedLimit : kAwayLimit;
}

Condition WatchCondition(const WatchStatus& watch, SteadyTime now) {
  const std::string name = "watch-" + watch.kind;
  if (!watch.listed) {
    return {name, false, FirstTrouble(watch, "the first list is under way")};
  }
  if (!watch.stood) {
    return {name, false, FirstTrouble(watch, "the first watch is being opened")};
  }
  if (!watch.trouble || !watch.trouble_since) {
    return {name, true, ""};
  }
  const auto away = now - *watch.trouble_since;
  const auto limit = LimitFor(*watch.trouble);
  return {name,
          away < limit,
          "interrupted for " + Seconds(away) + ", of which " + Seconds(limit) +
              " are let pass: " + watch.trouble->message};
}

/// What is not in force as the API has it.
std::string Waiting(const std::vector<std::string>& policies) {
  std::string text;
  for (const std::string& policy : policies) {
    text += (text.empty() ? "; not in force as the API has them: " : ", ") + policy;
  }
  return text + (policies.size() == ReconcileStatus::kMaxWaiting ? " and perhaps more" : "");
}

Condition EnforcedCondition(const ReconcileStatus& reconcile) {
  if (reconcile.failure) {
    return {"enforced", false, reconcile.failure->message + Waiting(reconcile.waiting)};
  }
  return {"enforced",
          reconcile.synced,
          reconcile.synced ? "" : "nothing has been written to the kernel yet"};
}

Condition BypassCondition(const std::vector<std::string>& bypasses) {
  std::string reasons;
  for (const std::string& bypass : bypasses) {
    reasons += (reasons.empty() ? "" : "; ") + bypass;
  }
  return {"no-bypass", bypasses.empty(), reasons};
}

/// What a server or an object's name holds must not forge a line.
std::string OneLine(std::string text) {
  std::replace_if(
      text.begin(),
      text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  return text;
}

}  // namespace

bool Verdict::holds() const {
  return std::all_of(conditions.begin(), conditions.end(), [](const Condition& condition) {
    return condition.holds;
  });
}

std::string Verdict::ToText() const {
  std::string text;
  for (const Condition& condition : conditions) {
    text += (condition.holds ? "[+]" : "[-]") + condition.name + ": " +
            (condition.holds ? "ok" : "failed") +
            (condition.reason.empty() ? "" : ", " + OneLine(condition.reason)) + "\n";
  }
  return text;
}

Verdict Alive(const Status& status, SteadyTime now) {
  Condition turning{"reconciler", true, ""};
  if (status.reconcile.step_since) {
    const auto age = now - *status.reconcile.step_since;
    turning.holds = age < kStepLimit;
    turning.reason = "a step is under way since " + Seconds(age) + ", of which " +
                     Seconds(kStepLimit) + " are let pass";
  }
  return {{turning}};
}

Verdict Ready(const Status& status, SteadyTime now) {
  Verdict verdict;
  for (const WatchStatus& watch : status.watches) {
    verdict.conditions.push_back(WatchCondition(watch, now));
  }
  verdict.conditions.push_back(EnforcedCondition(status.reconcile));
  verdict.conditions.push_back(BypassCondition(status.bypasses));
  return verdict;
}

}  // namespace portcullis
