// SPDX-License-Identifier: Apache-2.0
//
// The client's end of one established flow, TCP or UDP: numbered messages go out whenever told to
// and come back from an echo server. Over UDP every lost packet shows; over TCP a stall or an end
// does. Neighbours: prober sends on it, tests/lab/echo_servers answers.
#ifndef PORTCULLIS_TESTS_CLUSTER_PROBER_CONVERSATION_H_
#define PORTCULLIS_TESTS_CLUSTER_PROBER_CONVERSATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/lab/probe.h"

namespace portcullis::prober {

class Conversation {
 public:
  /// Begins to connect. REQUIRES: a probe over TCP or UDP.
  explicit Conversation(const lab::Probe& probe);

  /// Whether messages can be sent: it is connected, and has not ended.
  [[nodiscard]] bool Ready();
  /// Sends message `number`.
  void Send(uint64_t number);
  /// The numbers that have come back since the last call.
  [[nodiscard]] std::vector<uint64_t> Receive();

  /// Why it ended; empty as long as it has not.
  [[nodiscard]] const std::string& ended() const { return ended_; }

 private:
  void NoteError(const char* what);

  lab::Transport transport_;
  lab::Fd fd_;
  bool connected_ = false;
  std::string received_;  ///< Bytes of a message that has not come whole yet.
  std::string ended_;
};

}  // namespace portcullis::prober

#endif  // PORTCULLIS_TESTS_CLUSTER_PROBER_CONVERSATION_H_
