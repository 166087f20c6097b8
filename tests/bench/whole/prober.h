// SPDX-License-Identifier: Apache-2.0
//
// Packets of one question, thousands a second: datagrams from any address to a pod, each of a new
// source port and so a new flow, without an answer. It is known at once which of them arrived, and
// from that when a change took effect. Neighbours: tests/lab has the hosts, and in flows.h the same
// for two-way probes.
#ifndef PORTCULLIS_TESTS_BENCH_WHOLE_PROBER_H_
#define PORTCULLIS_TESTS_BENCH_WHOLE_PROBER_H_

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "tests/lab/packet.h"
#include "tests/lab/topology.h"

namespace portcullis::bench {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;

class Prober {
 public:
  static constexpr std::chrono::microseconds kPeriod{250};

  /// Sends from a host, under the name of `source`, to a pod's UDP port, until it ends.
  Prober(const lab::Host& sender, const IpAddress& source, const lab::Pod& target, uint16_t port);
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;
  Prober(Prober&&) = delete;
  Prober& operator=(Prober&&) = delete;

  /// From `start` until the sending of the first datagram that arrived; waits for it. Nothing where
  /// none did within `patience`.
  [[nodiscard]] std::optional<Milliseconds> UntilPasses(Clock::time_point start,
                                                        Clock::duration patience);
  /// From `start` until the last arrival, once nothing more has arrived for `silence`. Nothing
  /// where that did not come within `patience`.
  [[nodiscard]] std::optional<Milliseconds> UntilDropped(
      Clock::time_point start,
      Clock::duration patience,
      Clock::duration silence = std::chrono::milliseconds(40));

 private:
  struct Beat {
    Clock::time_point sent;
    Clock::time_point arrived;  ///< The beginning of time: it has not.
  };

  void Run(const std::stop_token& stop);
  void SendOne();
  void TakeArrivals();

  net::Fd sender_;
  net::Fd receiver_;
  net::SocketAddress to_;
  lab::RawPacket packet_;
  std::mutex mutex_;
  std::vector<Beat> beats_;              ///< Protected by mutex_.
  Clock::time_point last_arrival_;       ///< Protected by mutex_.
  Clock::time_point last_arrived_sent_;  ///< Protected by mutex_: when that one was sent.
  std::jthread thread_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_WHOLE_PROBER_H_
