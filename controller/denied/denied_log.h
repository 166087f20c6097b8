// SPDX-License-Identifier: Apache-2.0
//
// The thread that hears of denied packets and writes the log's lines about them: opens the kernel's
// log, asks the limiter which packets get a line and the reconciler whose they are, and says what
// was left out. Nothing waits for it: where it is slow, dead, or another program has the log's
// group, the rules are enforced all the same. At the edge; the limiter and the words are pure.
#ifndef PORTCULLIS_CONTROLLER_DENIED_DENIED_LOG_H_
#define PORTCULLIS_CONTROLLER_DENIED_DENIED_LOG_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <vector>

#include "controller/denied/denied_flow.h"
#include "controller/denied/flow_limiter.h"
#include "controller/denied/local_subjects.h"
#include "controller/metrics/metrics.h"
#include "controller/process/event_log.h"
#include "controller/reconcile/packet_counter.h"
#include "controller/status/inquiry.h"
#include "controller/status/status_board.h"
#include "nft/packet_log.h"

namespace portcullis::denied {

/// Packets by pod, for --metrics-per-pod. Any thread may call it.
class PodCounts {
 public:
  static constexpr size_t kMaxPods = 500;

  /// The pod without a name stands for those that find no room.
  void Add(const k8s::ObjectKey& pod, PacketKind kind);
  [[nodiscard]] PodPackets Read() const;

 private:
  mutable std::mutex mutex_;
  PodPackets counts_;  // Protected by mutex_.
};

class DeniedLog {
 public:
  using Opener = std::function<Result<std::unique_ptr<nft::PacketLog>>()>;

  struct Options {
    Limits limits;
    std::chrono::milliseconds retry{5'000};     ///< Until the kernel's log is opened again.
    std::chrono::milliseconds summary{10'000};  ///< Between two lines about what was left out.
    std::chrono::milliseconds patience{500};    ///< For the reconciler's answer.
    /// More are not read: each group may tell of 50, and a node may have hundreds of them, while 20
    /// lines a second are written. The kernel throws away what it has no room for, and says so.
    int64_t packets_per_second = 5'000;
    /// Packets are counted for the pods of this node as they were so long ago at most; or, where a
    /// packet is of none of them, so long.
    std::chrono::milliseconds subjects{1'000};
    std::chrono::milliseconds unknown_subject{100};
  };

  /// All must outlive it; `pods` may be null.
  DeniedLog(Opener open,
            InquiryDesk& desk,
            PacketCounter& packets,
            EventLog& log,
            StatusBoard& board,
            PodCounts* pods,
            const Options& options);

  /// Returns soon after a stop is requested.
  void Run(const std::stop_token& stop);

 private:
  struct Chosen {
    nft::LoggedPacket packet;
    Suppressed before;
  };

  void Hear(nft::PacketLog& log, const std::stop_token& stop);
  [[nodiscard]] std::chrono::milliseconds TimeFor(size_t packets) const;
  void BeginRound();
  void SayTrouble(const Error& error);
  void SayUp();
  void Take(const nft::LoggedPackets& heard);
  [[nodiscard]] std::vector<Chosen> Choose(const nft::LoggedPackets& heard);
  [[nodiscard]] std::vector<std::optional<DeniedFlow>> Describe(const std::vector<Chosen>& chosen);
  void CountForPods(const nft::LoggedPackets& heard);
  void RefreshSubjects(std::chrono::milliseconds max_age);
  void Write(const DeniedFlow& flow, const Suppressed& before);
  void Summarise();

  const Opener open_;
  InquiryDesk& desk_;
  PacketCounter& packets_;
  EventLog& log_;
  StatusBoard& board_;
  PodCounts* const pods_;
  const Options options_;
  FlowLimiter limiter_;
  LocalSubjects subjects_;
  std::optional<SteadyTime> subjects_at_;  ///< When they were asked for.
  bool said_trouble_ = false;
  SteadyTime summary_at_;
  bool heard_any_ = false;       ///< Since the last summary.
  uint64_t heard_ = 0;           ///< Packets, since then.
  uint64_t counted_before_ = 0;  ///< By the rules, at that time.
};

}  // namespace portcullis::denied

#endif  // PORTCULLIS_CONTROLLER_DENIED_DENIED_LOG_H_
