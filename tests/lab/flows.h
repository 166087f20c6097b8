// SPDX-License-Identifier: Apache-2.0
//
// Flows that live for a while: one connection whose ends send when told to (is it cut?), and probes
// of the same question a thousand times a second (was there a gap?). Neighbours: probe does the
// single questions; topology has the hosts.
#ifndef PORTCULLIS_TESTS_LAB_FLOWS_H_
#define PORTCULLIS_TESTS_LAB_FLOWS_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "tests/lab/probe.h"

namespace portcullis::lab {

struct FlowSpec {
  const Host* client = nullptr;
  const Host* server = nullptr;
  Transport transport = Transport::kTcp;  ///< TCP or UDP.
  IpAddress dialled;  ///< What the client sends to: the server's, or a Service's.
  uint16_t dialled_port = 0;
  uint16_t port = 0;  ///< Where the server listens; nobody else may.
};

/// An established TCP connection or a UDP conversation.
class Flow {
 public:
  enum class End { kClient, kServer };

  /// Opens it and has both ends send once. Throws LabError where that does not work.
  explicit Flow(const FlowSpec& spec);

  /// Sends a message from one end; whether it arrived at the other within `wait`. A message that
  /// arrives later (TCP repeats itself) is not taken for a later one.
  [[nodiscard]] bool Send(End from, std::chrono::milliseconds wait);

  /// The client's address and port.
  [[nodiscard]] SocketAddress ClientAddress() const;

 private:
  void OpenTcp(const FlowSpec& spec);
  void OpenUdp(const FlowSpec& spec);

  Transport transport_;
  Fd listener_;
  Fd client_;
  Fd server_;
  uint64_t sent_ = 0;
  std::string received_[2];  ///< What each end has read and not looked at yet.
};

/// What one probe of a Pulse found.
struct Beat {
  std::chrono::steady_clock::time_point sent;
  bool passed = false;
  std::chrono::steady_clock::time_point answered;  ///< Where it passed.
};

/// Asks the same probes again and again, one of each every millisecond, in a thread of its own.
class Pulse {
 public:
  explicit Pulse(std::vector<Probe> probes,
                 std::chrono::microseconds period = std::chrono::microseconds(1000));
  ~Pulse();
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;
  Pulse(Pulse&&) = delete;
  Pulse& operator=(Pulse&&) = delete;

  /// Stops asking, waits for the last answers, and tells per probe what became of each beat, in
  /// the order of their sending.
  [[nodiscard]] std::vector<std::vector<Beat>> Stop();

 private:
  void Run(const std::stop_token& stop);

  const std::vector<Probe> probes_;
  const std::chrono::microseconds period_;
  ProbeEngine engine_;
  std::vector<std::vector<Beat>> beats_;  ///< The thread's until it has ended.
  std::jthread thread_;
};

/// How long after `start` a change took effect, by what happened before `end`: until the sending of
/// the first beat that passes, where beats are to pass now; until the last answer to any, where
/// they are not to. In milliseconds; nothing where that did not happen.
[[nodiscard]] std::optional<double> MillisecondsUntil(const std::vector<Beat>& beats,
                                                      bool passes_after,
                                                      std::chrono::steady_clock::time_point start,
                                                      std::chrono::steady_clock::time_point end);

/// How many beats differ from `expected`.
[[nodiscard]] size_t CountWrong(const std::vector<Beat>& beats, bool expected);

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_FLOWS_H_
