// SPDX-License-Identifier: Apache-2.0
//
// The SCTP servers of porter, netexec and sctp-echo: many associations, without sockets or clock.
// Until a client's cookie comes back nothing is remembered of it. A port that nobody serves is
// silent: the containers of a pod share its packets, and one must not abort what another serves.
// Neighbours: association below, serve above, which moves packets and time.
#ifndef PORTCULLIS_TESTS_CLUSTER_AGNHOST_SERVER_H_
#define PORTCULLIS_TESTS_CLUSTER_AGNHOST_SERVER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "tests/cluster/agnhost/association.h"
#include "tests/cluster/agnhost/envelope.h"

namespace portcullis::agnhost {

/// What a port does with an association.
struct Service {
  enum class Kind : uint8_t {
    kPorter,   ///< Sends `text` at once and ends.
    kNetexec,  ///< Answers one command ("hostname", "echo TEXT", "clientip", "serverport"), ends.
    kEcho,     ///< Answers every message with itself and never ends.
  };
  uint16_t port = 0;
  Kind kind = Kind::kPorter;
  std::string text;
};

/// What netexec answers to `request`; nothing where it does not know it.
[[nodiscard]] std::optional<std::string> NetexecAnswer(std::string_view request,
                                                       const IpAddress& peer,
                                                       Ports ports,
                                                       const std::string& hostname);

class Server {
 public:
  /// `secret` makes the tags of this process: random, and never the same in two.
  Server(std::vector<Service> services, std::string hostname, uint32_t secret);

  /// The packets that answer.
  [[nodiscard]] std::vector<Envelope> Receive(const Envelope& envelope, TimePoint now);
  /// The packets to send again.
  [[nodiscard]] std::vector<Envelope> Tick(TimePoint now);
  /// When Tick() has something to do.
  [[nodiscard]] std::optional<TimePoint> NextTick() const;
  [[nodiscard]] size_t associations() const { return clients_.size(); }

 private:
  struct Client {
    std::optional<IpAddress> local;
    IpAddress peer;
    const Service* service = nullptr;
    Association association;
    TimePoint heard;
  };

  [[nodiscard]] const Service* ServiceAt(uint16_t port) const;
  [[nodiscard]] Client* Find(const Envelope& envelope);
  [[nodiscard]] EndPoint EndPointFor(const Envelope& envelope, uint32_t peer_tag) const;
  [[nodiscard]] std::vector<Envelope> AnswerInit(const Envelope& envelope) const;
  /// The client whose cookie came back, new or not; none where the cookie is not ours.
  [[nodiscard]] Client* Admit(const Service& service, const Envelope& envelope, TimePoint now);
  void Greet(Client& client, TimePoint now) const;
  void AnswerMessages(Client& client, TimePoint now) const;
  void MakeRoom();

  const std::vector<Service> services_;
  const std::string hostname_;
  const uint32_t secret_;
  std::vector<Client> clients_;
};

}  // namespace portcullis::agnhost

#endif  // PORTCULLIS_TESTS_CLUSTER_AGNHOST_SERVER_H_
