// SPDX-License-Identifier: Apache-2.0
//
// See writer.h.
#include "controller/api_events/writer.h"

#include <algorithm>
#include <random>
#include <utility>

#include "controller/api_events/event_object.h"
#include "k8s-client/kinds.h"
#include "k8s-client/wire.h"

namespace portcullis::api_events {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::chrono::minutes kSweepInterval{1};
// Between two portions of a sweep, and how many policies one has.
constexpr milliseconds kPortionInterval{250};
constexpr size_t kPortion = 64;
// How long an inquiry may keep the reconciler.
constexpr milliseconds kMaxInquiry{2};
constexpr seconds kMaxAnswer{10};
constexpr seconds kIdleTimeout{30};
// Events of this node: as many at once, and one more a second.
constexpr unsigned kBurst = 20;
constexpr seconds kEventInterval{1};
constexpr milliseconds kFirstRetry{1'000};
constexpr milliseconds kLastRetry{60'000};
// A right is given by people.
constexpr std::chrono::minutes kForbiddenPause{10};

constexpr int kForbidden = 403;
constexpr int kNotFound = 404;
constexpr int kConflict = 409;
constexpr int kTooManyRequests = 429;
constexpr int kServerError = 500;

struct Seen {
  PolicyRef policy;
  std::vector<insight::Finding> findings;
};

/// What an inquiry has found.
struct Looked {
  bool synced = false;
  size_t done = 0;  ///< Of the policies that were asked about.
  std::vector<Seen> seen;
};

/// Runs on the reconciler's thread.
Looked LookAtPolicies(const LoopView& view, const std::vector<k8s::ObjectKey>& keys) {
  const auto end = std::chrono::steady_clock::now() + kMaxInquiry;
  Looked looked;
  looked.synced = view.synced;
  while (looked.synced && looked.done < keys.size() &&
         (looked.done == 0 || std::chrono::steady_clock::now() < end)) {
    if (const auto* policy = view.engine.FindPolicy(keys[looked.done])) {
      looked.seen.push_back({PolicyRef(policy->meta), insight::FindingsOf(*policy, view.engine)});
    }
    ++looked.done;
  }
  return looked;
}

/// A namespace that is going takes no new objects.
bool IsEnding(const k8s::Response& response) {
  return response.status == kNotFound ||
         (response.status == kForbidden &&
          response.error_body.find("being terminated") != std::string::npos);
}

}  // namespace

Writer::Writer(Parts parts)
    : parts_(std::move(parts)),
      bucket_(kBurst, kEventInterval),
      backoff_(kFirstRetry, kLastRetry, std::random_device{}()) {}

void Writer::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto news = parts_.inbox.Wait(stop, NextTurn());
    if (stop.stop_requested()) {
      return;
    }
    for (const k8s::ObjectKey& policy : news.gone) {
      ledger_.Forget(policy);
    }
    Look(news.changed);
    if (Clock::now() >= next_sweep_) {
      Sweep();
    }
    WriteDue(stop);
  }
}

Writer::Clock::time_point Writer::NextTurn() const {
  const bool due = ledger_.Next(Clock::now()).has_value();
  return due ? std::min(next_sweep_, std::max(write_from_, bucket_.ready())) : next_sweep_;
}

void Writer::Sweep() {
  Look(parts_.inbox.Next(cursor_, kPortion));
  next_sweep_ = Clock::now() + (cursor_ ? Clock::duration(kPortionInterval) : kSweepInterval);
}

void Writer::Look(const std::vector<RankedPolicy>& policies) {
  std::vector<RankedPolicy> own;
  for (const RankedPolicy& each : policies) {
    if (each.rank) {
      own.push_back(each);
    } else {
      ledger_.Forget(each.policy.key);
    }
  }
  LookAt(std::move(own));
}

void Writer::LookAt(std::vector<RankedPolicy> own) {
  while (!own.empty()) {
    std::vector<k8s::ObjectKey> keys;
    keys.reserve(own.size());
    for (const RankedPolicy& each : own) {
      keys.push_back(each.policy.key);
    }
    const auto looked = Ask(
        parts_.desk,
        [keys](const LoopView& view) { return LookAtPolicies(view, keys); },
        kMaxAnswer);
    if (!looked || looked->done == 0) {
      return;  // Not synced, or busy: the next sweep looks again.
    }
    for (const Seen& seen : looked->seen) {
      const auto ranked = std::find_if(own.begin(), own.end(), [&](const RankedPolicy& each) {
        return each.policy.key == seen.policy.key;
      });
      ledger_.Note(seen.policy, *ranked->rank, seen.findings, Clock::now());
    }
    own.erase(own.begin(), own.begin() + static_cast<std::ptrdiff_t>(looked->done));
  }
}

void Writer::WriteDue(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto now = Clock::now();
    const auto due = ledger_.Next(now);
    if (!due || std::max(write_from_, bucket_.ready()) > now) {
      return;
    }
    bucket_.Take(now);
    if (Write(*due, stop) == Outcome::kTold) {
      ledger_.Told(*due);
    }
  }
}

Writer::Outcome Writer::Write(const Ledger::Due& due, const std::stop_token& stop) {
  const auto response = parts_.poster.Post(
      {k8s::EventsPath(due.policy.key.ns), kIdleTimeout},
      EventJson(due.policy, due.finding, parts_.node, std::chrono::system_clock::now()),
      stop);
  if (!response) {
    return stop.stop_requested() ? Outcome::kLater : Failed(response.error().message, std::nullopt);
  }
  return Judge(due, *response);
}

Writer::Outcome Writer::Judge(const Ledger::Due& due, const k8s::Response& response) {
  if (response.good()) {
    Wrote(due);
    return Outcome::kTold;
  }
  if (response.status == kConflict) {
    parts_.board.Write([](Status& status) { ++status.api_events.conflicts; });
    return Outcome::kTold;
  }
  if (IsEnding(response)) {
    return Outcome::kTold;
  }
  const std::string what = "the server answers " + std::to_string(response.status) + ": " +
                           k8s::DecodeStatus(response.error_body).message +
                           k8s::RemedyFor(response.status, k8s::kCreateEvents);
  if (response.status == kForbidden) {
    return Failed(what, kForbiddenPause);
  }
  const bool passing = response.status == kTooManyRequests || response.status >= kServerError;
  static_cast<void>(Failed(what, response.retry_after));
  // What the server finds wrong with the Event will be wrong the next time too.
  return passing ? Outcome::kLater : Outcome::kTold;
}

void Writer::Wrote(const Ledger::Due& due) {
  parts_.board.Write([](Status& status) { ++status.api_events.written; });
  backoff_.Reset();
  if (!std::exchange(complaint_, "").empty()) {
    parts_.log.Write(LogLevel::kInfo, "events_written", "Events can be written again");
  }
  parts_.log.Write(LogLevel::kDebug,
                   "event_written",
                   "Event about policy " + due.policy.key.ToString() + ": " + due.finding.note);
}

/// Says so once, and waits before the next try.
Writer::Outcome Writer::Failed(const std::string& complaint, std::optional<seconds> pause) {
  parts_.board.Write([](Status& status) { ++status.api_events.failures; });
  write_from_ = Clock::now() + (pause ? Clock::duration(*pause) : backoff_.Next());
  if (std::exchange(complaint_, complaint) != complaint) {
    parts_.log.Write(LogLevel::kWarning,
                     "events_not_written",
                     "Events about policies cannot be written, which changes nothing of what is "
                     "enforced (--events=false ends the tries): " +
                         complaint,
                     {{"error", complaint}});
  }
  return Outcome::kLater;
}

}  // namespace portcullis::api_events
