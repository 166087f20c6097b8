// SPDX-License-Identifier: Apache-2.0
//
// A client's association and a server joined by a line of the test's making: it loses, repeats and
// reorders packets as told, and time is a number. No sockets. Neighbours: association_test and
// random_test.
#ifndef PORTCULLIS_TESTS_CLUSTER_AGNHOST_TESTS_WIRE_H_
#define PORTCULLIS_TESTS_CLUSTER_AGNHOST_TESTS_WIRE_H_

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "tests/cluster/agnhost/association.h"
#include "tests/cluster/agnhost/server.h"

namespace portcullis::agnhost::test {

inline constexpr uint16_t kClientPort = 40000;
inline constexpr uint16_t kPorter = 82;
inline constexpr uint16_t kNetexec = 83;
inline constexpr uint16_t kEcho = 84;

class Wire {
 public:
  /// What becomes of a packet: how many times it arrives, and whether ahead of the one sent
  /// before it.
  struct Fate {
    unsigned copies = 1;
    bool overtakes = false;
  };
  /// Asked once for each packet that is sent.
  using Fates = std::function<Fate(const net::SctpPacket&)>;

  /// Without fates everything arrives.
  explicit Wire(uint16_t port, Fates fates = {});

  /// Delivers what is under way until nothing is.
  void Settle();
  /// Lets time pass, with all that is to be sent again.
  void Pass(std::chrono::milliseconds length);

  /// The chunk types that were sent since the last call, "INIT> <INIT-ACK": > from the client.
  [[nodiscard]] std::string TakeLog();

  /// A packet to the client or to the server that nobody sent.
  void ToClient(const net::SctpPacket& packet);
  std::vector<net::SctpPacket> ToServer(net::SctpPacket packet);

  Association client;
  Server server;
  TimePoint now{};

 private:
  void Send(net::SctpPacket packet, bool from_client);
  void Deliver();
  void Collect(const std::vector<Envelope>& envelopes);
  void CollectClient();

  struct UnderWay {
    net::SctpPacket packet;
    bool from_client = false;
  };
  Fates fates_;
  std::deque<UnderWay> under_way_;
  std::string log_;
};

/// "INIT-ACK"
[[nodiscard]] std::string NameOf(net::ChunkType type);

}  // namespace portcullis::agnhost::test

#endif  // PORTCULLIS_TESTS_CLUSTER_AGNHOST_TESTS_WIRE_H_
