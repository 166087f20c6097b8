// SPDX-License-Identifier: Apache-2.0
//
// See denied_log.h.
#include "controller/denied/denied_log.h"

#include <algorithm>
#include <ratio>
#include <string>
#include <utility>

#include "controller/denied/denied_line.h"
#include "controller/policy/names.h"
#include "controller/process/pause.h"

namespace portcullis::denied {
namespace {

/// How long to wait for packets before looking at the clock again.
constexpr std::chrono::milliseconds kTick{1'000};

/// A few that were counted and not heard of are packets on their way, not a flood.
constexpr uint64_t kManyHidden = 100;

uint64_t DeniedSoFar(PacketCounter& packets) {
  const PacketTotals totals = packets.Totals();
  return totals.Sum(Judged::kDenied) + totals.Sum(Judged::kWouldDeny);
}

}  // namespace

void PodCounts::Add(const k8s::ObjectKey& pod, PacketKind kind) {
  const std::lock_guard lock(mutex_);
  const bool room = counts_.size() < kMaxPods || counts_.count(pod) != 0;
  ++counts_[room ? pod : k8s::ObjectKey{}][kind];
}

PodPackets PodCounts::Read() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

DeniedLog::DeniedLog(Opener open,
                     InquiryDesk& desk,
                     PacketCounter& packets,
                     EventLog& log,
                     StatusBoard& board,
                     PodCounts* pods,
                     const Options& options)
    : open_(std::move(open)),
      desk_(desk),
      packets_(packets),
      log_(log),
      board_(board),
      pods_(pods),
      options_(options),
      limiter_(options.limits) {}

void DeniedLog::Run(const std::stop_token& stop) {
  board_.Write([](Status& status) { status.denied_log.wanted = true; });
  do {
    auto log = open_();
    if (log) {
      SayUp();
      Hear(**log, stop);
    } else {
      SayTrouble(log.error());
    }
  } while (Pause(stop, options_.retry));
}

void DeniedLog::Hear(nft::PacketLog& log, const std::stop_token& stop) {
  BeginRound();
  while (!stop.stop_requested()) {
    const auto heard = log.Wait(stop, kTick);
    if (!heard) {
      SayTrouble(heard.error());
      return;
    }
    Take(*heard);
    if (std::chrono::steady_clock::now() >= summary_at_) {
      Summarise();
    }
    Pause(stop, TimeFor(heard->packets.size()));
  }
}

/// That so many packets may take.
std::chrono::milliseconds DeniedLog::TimeFor(size_t packets) const {
  return std::chrono::milliseconds(std::milli::den * static_cast<int64_t>(packets) /
                                   options_.packets_per_second);
}

/// What was denied while nobody heard is no part of the next summary.
void DeniedLog::BeginRound() {
  summary_at_ = std::chrono::steady_clock::now() + options_.summary;
  counted_before_ = DeniedSoFar(packets_);
  heard_ = 0;
  heard_any_ = false;
}

void DeniedLog::SayTrouble(const Error& error) {
  board_.Write([&](Status& status) {
    status.denied_log.up = false;
    status.denied_log.trouble = error;
  });
  log_.Write(std::exchange(said_trouble_, true) ? LogLevel::kDebug : LogLevel::kWarning,
             "denied_log_down",
             "denied flows are not written to the log: " + error.message +
                 "; they are denied and counted all the same, next try every " +
                 std::to_string(options_.retry.count()) + " ms",
             {{"error", error.message}});
}

void DeniedLog::SayUp() {
  board_.Write([](Status& status) {
    status.denied_log.up = true;
    status.denied_log.trouble.reset();
  });
  if (std::exchange(said_trouble_, false)) {
    log_.Write(LogLevel::kInfo, "denied_log_up", "denied flows are written to the log again");
  }
}

void DeniedLog::Take(const nft::LoggedPackets& heard) {
  if (heard.packets.empty() && heard.lost == 0) {
    return;
  }
  heard_any_ = true;
  heard_ += heard.packets.size();
  board_.Write([&](Status& status) { status.denied_log.lost += heard.lost; });
  if (pods_ != nullptr) {
    CountForPods(heard);
  }
  const std::vector<Chosen> chosen = Choose(heard);
  const auto flows = Describe(chosen);
  for (size_t i = 0; i < chosen.size(); ++i) {
    // Else of another program that logs to our group.
    if (flows[i]) {
      Write(*flows[i], chosen[i].before);
    }
  }
}

/// However many packets come, the reconciler is asked some times a second at most.
void DeniedLog::CountForPods(const nft::LoggedPackets& heard) {
  RefreshSubjects(options_.subjects);
  for (const nft::LoggedPacket& packet : heard.packets) {
    const auto parts = policy::PartsOfGroupChain(packet.prefix);
    if (!parts) {
      continue;
    }
    const k8s::ObjectKey* pod = subjects_.Find(packet);
    if (pod == nullptr) {
      RefreshSubjects(options_.unknown_subject);
      pod = subjects_.Find(packet);
    }
    if (pod != nullptr) {
      pods_->Add(*pod, {parts->direction, parts->audit ? Judged::kWouldDeny : Judged::kDenied});
    }
  }
}

/// Keeps those there are where the reconciler does not answer.
void DeniedLog::RefreshSubjects(std::chrono::milliseconds max_age) {
  const auto now = std::chrono::steady_clock::now();
  if (subjects_at_ && now - *subjects_at_ < max_age) {
    return;
  }
  subjects_at_ = now;
  const auto copy = [](const LoopView& view) {
    return LocalSubjects(view.engine);
  };
  if (auto subjects = Ask(desk_, copy, options_.patience)) {
    subjects_ = std::move(*subjects);
  }
}

/// The packets that get a line.
std::vector<DeniedLog::Chosen> DeniedLog::Choose(const nft::LoggedPackets& heard) {
  const auto now = std::chrono::steady_clock::now();
  const auto wall = std::chrono::system_clock::now();
  std::vector<Chosen> chosen;
  uint64_t suppressed = 0;
  for (const nft::LoggedPacket& packet : heard.packets) {
    const FlowLimiter::Decision decision = limiter_.Judge(packet, now, wall);
    suppressed += decision.write || decision.repeated ? 0U : 1U;
    if (decision.write) {
      chosen.push_back({packet, decision.before});
    }
  }
  board_.Write([&](Status& status) { status.denied_log.suppressed += suppressed; });
  return chosen;
}

std::vector<std::optional<DeniedFlow>> DeniedLog::Describe(const std::vector<Chosen>& chosen) {
  if (chosen.empty()) {
    return {};
  }
  using Flows = std::vector<std::optional<DeniedFlow>>;
  const auto question = [chosen](const LoopView& view) {
    Flows flows;
    for (const Chosen& each : chosen) {
      flows.push_back(DescribeFlow(each.packet, view));
    }
    return flows;
  };
  if (auto flows = Ask(desk_, question, options_.patience)) {
    return std::move(*flows);
  }
  Flows flows;
  for (const Chosen& each : chosen) {
    flows.push_back(DescribeFlow(each.packet));
  }
  return flows;
}

void DeniedLog::Write(const DeniedFlow& flow, const Suppressed& before) {
  const Line line = DescribeDenied(flow, before);
  log_.Write(LogLevel::kInfo, line.event, line.message, line.fields);
  board_.Write([&](Status& status) {
    ++(flow.audit ? status.denied_log.would_deny_lines : status.denied_log.lines);
  });
}

/// The counters are read in every round in which something was heard, so that little is lost of
/// those whose rules go.
void DeniedLog::Summarise() {
  summary_at_ = std::chrono::steady_clock::now() + options_.summary;
  if (!std::exchange(heard_any_, false)) {
    return;
  }
  const uint64_t counted = DeniedSoFar(packets_);
  const uint64_t grown = counted - std::exchange(counted_before_, counted);
  const uint64_t heard = std::exchange(heard_, 0);
  const uint64_t hidden = grown > heard + kManyHidden ? grown - heard : 0;
  const auto summary = limiter_.TakeSummary();
  if (!summary && hidden == 0) {
    return;
  }
  std::optional<DeniedFlow> most;
  if (summary && summary->most) {
    most = Describe({{*summary->most, {}}}).front();
  }
  const Line line =
      DescribeSummary(summary.value_or(FlowLimiter::Summary{}),
                      most,
                      hidden,
                      std::chrono::duration_cast<std::chrono::seconds>(options_.summary).count());
  log_.Write(LogLevel::kInfo, line.event, line.message, line.fields);
}

}  // namespace portcullis::denied
