// SPDX-License-Identifier: Apache-2.0
//
// Asks by real packets, thousands at a time, whether something reaches something. A probe passes
// when its answer comes back: a byte over TCP, a datagram, an INIT ACK, an echo reply. Each uses a
// fresh source port (identifier), so that each is a new flow. Neighbours: echo_servers answers,
// topology has the hosts; what should have passed is for others to know.
#ifndef PORTCULLIS_TESTS_LAB_PROBE_H_
#define PORTCULLIS_TESTS_LAB_PROBE_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <sys/epoll.h>

#include "base/ip.h"
#include "tests/lab/packet.h"
#include "tests/lab/topology.h"

namespace portcullis::lab {

struct Probe {
  const Host* source = nullptr;
  std::optional<IpAddress> from;  ///< Nothing: the kernel chooses among the source's addresses.
  IpAddress destination;
  Transport transport = Transport::kTcp;
  uint16_t port = 0;  ///< Of the destination; 0 for ICMP.
  /// Of the source, for TCP and UDP. 0: the kernel chooses, so that each probe is a new flow.
  uint16_t from_port = 0;

  /// "web → 10.244.1.3 TCP 80"
  [[nodiscard]] std::string ToString() const;
};

/// Probes under way. Not thread-safe: one thread starts and polls.
class ProbeEngine {
 public:
  ProbeEngine();

  /// Sends the first packet. `tag` names the probe in Poll() and Cancel(); no two at a time share
  /// one.
  void Start(const Probe& probe, size_t tag);
  /// Waits for answers up to `wait`; the tags of probes that passed since the last call. They are
  /// over.
  [[nodiscard]] std::vector<size_t> Poll(std::chrono::milliseconds wait);
  /// No longer waits for an answer.
  void Cancel(size_t tag);
  /// Lets go of sockets in a namespace that is to be removed.
  void Forget(const Host& host);

 private:
  /// Raw sockets of a namespace, shared by its probes.
  struct RawSocket {
    std::string netns;
    Family family = Family::kIpv4;
    Transport transport = Transport::kIcmp;
    Fd fd;
  };

  void StartTcp(const Probe& probe, size_t tag);
  void StartUdp(const Probe& probe, size_t tag);
  void StartRaw(const Probe& probe, size_t tag);
  [[nodiscard]] int RawSocketFor(const Probe& probe);
  void Watch(int fd, uint32_t events, size_t tag);
  void Handle(const epoll_event& event, std::vector<size_t>& passed);
  [[nodiscard]] bool Advance(Fd& fd, size_t tag, uint32_t events) const;
  void ReadRaw(const RawSocket& socket, std::vector<size_t>& passed);

  Fd epoll_;
  uint32_t next_token_;
  std::unordered_map<size_t, Fd> sockets_;           ///< TCP and UDP, by tag.
  std::unordered_map<uint32_t, size_t> raw_tokens_;  ///< SCTP and ICMP: token → tag.
  std::unordered_map<size_t, uint32_t> raw_tags_;    ///< And back.
  std::map<int, RawSocket> raw_;                     ///< By descriptor.
};

/// How long probes are waited for.
struct ProbeTimes {
  /// After the last answer that was expected: for those that should not come.
  std::chrono::milliseconds settle{80};
  /// For the answers that are expected.
  std::chrono::milliseconds deadline{1000};
  /// For the same, asked once more alone: an overloaded machine may lose or delay a packet.
  std::chrono::milliseconds retry{3000};
};

struct ExpectedProbe {
  Probe probe;
  bool expected = false;
};

/// Whether each passed. `expected` decides only how long an answer is waited for, and that a probe
/// that should have passed and did not is asked once more; a packet that passed has passed.
[[nodiscard]] std::vector<bool> ProbeAll(ProbeEngine& engine,
                                         const std::vector<ExpectedProbe>& probes,
                                         const ProbeTimes& times = {});

/// One probe, expected to pass.
[[nodiscard]] bool Reaches(ProbeEngine& engine,
                           const Probe& probe,
                           std::chrono::milliseconds wait = std::chrono::milliseconds(300));

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_PROBE_H_
