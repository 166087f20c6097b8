// SPDX-License-Identifier: Apache-2.0
//
// One SCTP association as a state machine: packets and the time come in, packets and messages come
// out. One stream, one path, one message in flight; what needs an answer is sent again until it has
// one. No sockets, no clock, no random numbers: the caller hands them in. Neighbours: client and
// server hold associations; tests/net/sctp_packet has the packets' bytes.
#ifndef PORTCULLIS_TESTS_CLUSTER_AGNHOST_ASSOCIATION_H_
#define PORTCULLIS_TESTS_CLUSTER_AGNHOST_ASSOCIATION_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "tests/net/sctp_packet.h"

namespace portcullis::agnhost {

using TimePoint = std::chrono::steady_clock::time_point;

struct Ports {
  uint16_t local = 0;
  uint16_t peer = 0;

  auto operator<=>(const Ports&) const = default;
};

/// What one end is known by: the tag of packets to it, and the TSN of its first message.
struct EndPoint {
  uint32_t tag = 0;  ///< Never 0.
  uint32_t first_tsn = 0;
};

/// How often an unanswered packet is sent again.
struct Patience {
  std::chrono::milliseconds resend{250};
  /// Sendings of one packet before the peer is given up. Nothing: never, the caller has a deadline.
  std::optional<unsigned> tries;
};

class Association {
 public:
  enum class State : uint8_t {
    kCookieWait,       ///< INIT sent.
    kCookieEchoed,     ///< INIT ACK came, COOKIE ECHO sent.
    kEstablished,      ///< Messages go both ways.
    kShutdownSent,     ///< We want to end.
    kShutdownAckSent,  ///< The peer wants to end.
    kClosed,           ///< Ended by agreement.
    kAborted,          ///< Ended by the peer's ABORT.
    kGivenUp,          ///< The peer has not answered often enough.
  };

  /// The client's side: sends INIT.
  [[nodiscard]] static Association Connect(Ports ports,
                                           EndPoint local,
                                           Patience patience,
                                           TimePoint now);
  /// The server's side, from a cookie that came back: sends COOKIE ACK.
  [[nodiscard]] static Association Accept(Ports ports,
                                          EndPoint local,
                                          EndPoint peer,
                                          Patience patience);

  /// A packet of this association's ports. One with another's tag is ignored.
  void Receive(const net::SctpPacket& packet, TimePoint now);
  /// Sends what has waited for its answer too long, or gives up.
  void Tick(TimePoint now);
  /// After what is under way; cut at 1024 bytes. Ignored once ShutDown() was called.
  void Send(std::string message, TimePoint now);
  /// As soon as all is acknowledged.
  void ShutDown(TimePoint now);
  /// Answers a COOKIE ECHO that came again.
  void AcknowledgeCookie();

  /// When Tick() has something to do.
  [[nodiscard]] std::optional<TimePoint> NextTick() const;
  /// What is to be sent now, in order, once.
  [[nodiscard]] std::vector<net::SctpPacket> TakePackets();
  /// The next message of the peer.
  [[nodiscard]] std::optional<std::string> TakeMessage();

  [[nodiscard]] State state() const { return state_; }
  /// Neither wants nor sends anything any more.
  [[nodiscard]] bool Over() const { return state_ >= State::kClosed; }
  [[nodiscard]] const Ports& ports() const { return ports_; }
  [[nodiscard]] const EndPoint& local() const { return local_; }

 private:
  /// The chunk that waits for its answer, and the tag that it is sent with.
  struct Unanswered {
    net::Chunk chunk;
    uint32_t tag = 0;
    unsigned sent = 0;
    TimePoint again;
  };

  Association(Ports ports, EndPoint local, Patience patience, State state);

  [[nodiscard]] bool TagFits(const net::SctpPacket& packet, const net::Chunk& chunk) const;
  void ReceiveChunk(const net::Chunk& chunk, TimePoint now);
  void ReceiveInitAck(const net::Chunk& chunk, TimePoint now);
  void ReceiveCookieAck(TimePoint now);
  void ReceiveData(const net::Chunk& chunk);
  void ReceiveSack(const net::Chunk& chunk, TimePoint now);
  void ReceiveHeartbeat(const net::Chunk& chunk);
  void ReceiveShutdown(TimePoint now);
  void ReceiveShutdownAck();

  /// Sends what comes next where nothing is unanswered: a message, or SHUTDOWN.
  void Proceed(TimePoint now);
  void Emit(net::Chunk chunk, uint32_t tag);
  void EmitUntilAnswered(net::Chunk chunk, uint32_t tag, TimePoint now);
  void End(State state);

  Ports ports_;
  EndPoint local_;
  Patience patience_;
  State state_;
  uint32_t peer_tag_ = 0;
  uint32_t sent_tsn_ = 0;      ///< The last one; first_tsn - 1 before any.
  uint32_t received_tsn_ = 0;  ///< All up to it have come.
  uint16_t sequence_ = 0;
  bool shut_down_wanted_ = false;
  std::optional<Unanswered> unanswered_;
  std::deque<std::string> outbox_;
  std::deque<std::string> inbox_;
  std::vector<net::SctpPacket> packets_;
};

}  // namespace portcullis::agnhost

#endif  // PORTCULLIS_TESTS_CLUSTER_AGNHOST_ASSOCIATION_H_
