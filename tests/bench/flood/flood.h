// SPDX-License-Identifier: Apache-2.0
//
// Two senders side by side: one sends packets of a flow that is allowed, as many as it can; the
// other new flows that are denied, so many a second. Each has a CPU of its own where there are two,
// and takes its packets all the way through the router in its own time. Loads no rules.
#ifndef PORTCULLIS_TESTS_BENCH_FLOOD_FLOOD_H_
#define PORTCULLIS_TESTS_BENCH_FLOOD_FLOOD_H_

#include <chrono>
#include <cstdint>

#include "tests/bench/packets/path.h"
#include "tests/bench/packets/volley.h"

namespace portcullis::bench {

/// What both senders did in the same stretch of time.
struct Stretch {
  double allowed_rate = 0;  ///< Packets a second that came through.
  double allowed_ns = 0;    ///< The sender's CPU time for each.
  double denied_rate = 0;   ///< Packets a second that were sent.
  double denied_ns = 0;     ///< The sender's CPU time for each; 0 where none was sent.
};

class Flood {
 public:
  /// Packets go from the path's silent client to its sink: to kMeasuredPort, which the rules shall
  /// allow, and to a port that no rule allows.
  explicit Flood(const Path& path);

  /// Sends for `length`, and `denied` packets a second that are denied; 0 for none.
  /// REQUIRES: the router has rules. Throws lab::LabError.
  [[nodiscard]] Stretch Run(std::chrono::milliseconds length, uint64_t denied);

  /// Sends `count` packets that are denied, as fast as it can.
  void Burst(uint64_t count);

 private:
  /// Has the conntrack entry of the allowed flow made and answered.
  void Establish();

  const Path& path_;
  lab::Fd client_;
  lab::Fd server_;
  Volley allowed_;
  Volley denied_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_FLOOD_FLOOD_H_
