// SPDX-License-Identifier: Apache-2.0
//
// Sends packets along a path and times them. One thread does all of it: a packet that is written to
// a raw socket passes both veths and the router before the system call returns, in that thread's
// softirqs, so the time of the call is the time of the whole path. Knows no rules.
#ifndef PORTCULLIS_TESTS_BENCH_PACKETS_TRAFFIC_H_
#define PORTCULLIS_TESTS_BENCH_PACKETS_TRAFFIC_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/ip.h"
#include "tests/bench/packets/path.h"
#include "tests/bench/packets/volley.h"

namespace portcullis::bench {

enum class Traffic : uint8_t {
  kUdpEstablished,  ///< Packets of one flow that was answered.
  kTcpEstablished,  ///< The same behind a handshake.
  kUdpFirst,        ///< Each packet from a port of its own.
  kTcpFirst,        ///< The same, SYN packets.
  kTcpConnection,   ///< Whole short connections between sockets: connect, a byte each way, reset.
};

[[nodiscard]] std::string ToText(Traffic traffic);

/// Nanoseconds for one packet (or connection): the least of several short runs, as whatever else
/// the machine does can only add to it.
using Nanoseconds = double;

class Sender {
 public:
  /// Packets go to kMeasuredPort of the path's sink, and connections to that of its server.
  explicit Sender(const Path& path);

  /// REQUIRES: the calling thread stays on one CPU. Throws lab::LabError where packets were lost on
  /// their way: then what was timed is not the whole path.
  [[nodiscard]] Nanoseconds Measure(Traffic traffic, Family family);

  /// One packet of each of `count` UDP flows, new ones or those of the call before, a few at a
  /// time; the least again.
  [[nodiscard]] Nanoseconds SendFlows(Family family, size_t count);

 private:
  struct Ends {
    lab::Fd client;    ///< Raw.
    lab::Fd server;    ///< Raw.
    lab::Fd listener;  ///< Of the real server.
  };

  [[nodiscard]] Nanoseconds SendMany(Volley& packets, Family family, size_t calls) const;
  void Establish(Traffic traffic, Family family) const;
  /// REQUIRES: the calling thread is in the client's namespace.
  void Connect(Family family) const;
  [[nodiscard]] Nanoseconds ConnectMany(Family family) const;

  const Path& path_;
  std::map<Family, Ends> ends_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_PACKETS_TRAFFIC_H_
