// SPDX-License-Identifier: Apache-2.0
//
// The thread that tells the writers of policies, by Events of the API, what is odd about them: asks
// the reconciler for findings (in small portions: a changed policy at once, all of them once a
// minute) and posts what is due. What is due, and whose task it is, is the ledger's and the
// roster's to say. Enforcement depends on none of this.
#ifndef PORTCULLIS_CONTROLLER_API_EVENTS_WRITER_H_
#define PORTCULLIS_CONTROLLER_API_EVENTS_WRITER_H_

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "controller/api_events/inbox.h"
#include "controller/api_events/ledger.h"
#include "controller/api_events/token_bucket.h"
#include "controller/process/event_log.h"
#include "controller/status/inquiry.h"
#include "controller/status/status_board.h"
#include "k8s-client/backoff.h"
#include "k8s-client/transport.h"

namespace portcullis::api_events {

class Writer {
 public:
  struct Parts {
    InquiryDesk& desk;
    Inbox& inbox;
    k8s::Poster& poster;
    EventLog& log;
    StatusBoard& board;
    std::string node;
  };

  /// What the parts refer to must outlive it.
  explicit Writer(Parts parts);

  /// Returns soon after a stop is requested.
  void Run(const std::stop_token& stop);

 private:
  using Clock = std::chrono::steady_clock;
  enum class Outcome { kTold, kLater };

  void Sweep();
  void Look(const std::vector<RankedPolicy>& policies);
  void LookAt(std::vector<RankedPolicy> own);
  void WriteDue(const std::stop_token& stop);
  [[nodiscard]] Outcome Write(const Ledger::Due& due, const std::stop_token& stop);
  [[nodiscard]] Outcome Judge(const Ledger::Due& due, const k8s::Response& response);
  void Wrote(const Ledger::Due& due);
  Outcome Failed(const std::string& complaint, std::optional<std::chrono::seconds> pause);
  [[nodiscard]] Clock::time_point NextTurn() const;

  Parts parts_;
  Ledger ledger_;
  TokenBucket bucket_;
  k8s::Backoff backoff_;
  std::optional<k8s::ObjectKey> cursor_;  ///< How far the sweep is.
  Clock::time_point next_sweep_{};
  Clock::time_point write_from_{};  ///< Nothing is written before.
  std::string complaint_;           ///< What was said last of what hinders it; empty: nothing does.
};

}  // namespace portcullis::api_events

#endif  // PORTCULLIS_CONTROLLER_API_EVENTS_WRITER_H_
