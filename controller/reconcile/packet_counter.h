// SPDX-License-Identifier: Apache-2.0
//
// Reads the kernel's counters now and then, and sums them up (packet_totals.h), with what the
// reconciler is told of rules that it deletes. At the edge: it does I/O, and asks the reconciler
// which policies a chain stands for. Used by the pages, at each scrape, and by the log of denied
// packets.
//
// Thread safety: every method may be called from any thread; one reads, the others wait for it, but
// for the reconciler.
#ifndef PORTCULLIS_CONTROLLER_RECONCILE_PACKET_COUNTER_H_
#define PORTCULLIS_CONTROLLER_RECONCILE_PACKET_COUNTER_H_

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "base/result.h"
#include "controller/status/inquiry.h"
#include "controller/status/packet_totals.h"
#include "nft/counters.h"

namespace portcullis {

class PacketCounter {
 public:
  /// A reading that is not older serves again: it costs the kernel a walk over all rules.
  static constexpr std::chrono::milliseconds kFresh{500};
  /// How long the reconciler may take to say whose a chain is.
  static constexpr std::chrono::milliseconds kPatience{300};

  /// Both must outlive it.
  PacketCounter(nft::Counters& counters, InquiryDesk& desk) : counters_(counters), desk_(desk) {}

  /// The totals as they are now; as they were at the last reading where none can be had.
  [[nodiscard]] PacketTotals Totals();

  /// The kernel has told what these had counted when they were deleted. Never waits for a reading.
  void NoteEnded(std::vector<EndedRule> rules);

 private:
  /// So many ended rules wait for the next reading, unless one is under way.
  static constexpr size_t kMaxEnded = 1'000;

  void Refresh();
  void TakeEnded();

  std::mutex ended_mutex_;
  std::vector<EndedRule> ended_;  // Protected by ended_mutex_, which is locked last.
  std::mutex mutex_;
  // Protected by mutex_.
  nft::Counters& counters_;
  InquiryDesk& desk_;
  PacketBook book_;
  std::optional<std::chrono::steady_clock::time_point> read_at_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_RECONCILE_PACKET_COUNTER_H_
