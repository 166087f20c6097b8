// SPDX-License-Identifier: Apache-2.0
//
// Many flows between namespaces at once, each probed with a period of its own, for as long as it is
// told to: every beat a new flow, or messages of one established flow. It runs the echo servers
// too, so that a pod needs no program to answer. What the beats should have done, it is told in
// turns. Neighbours: judgement judges the beats, main reads the commands.
#ifndef PORTCULLIS_TESTS_CLUSTER_PROBER_PROBER_H_
#define PORTCULLIS_TESTS_CLUSTER_PROBER_PROBER_H_

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/cluster/prober/conversation.h"
#include "tests/cluster/prober/judgement.h"
#include "tests/lab/echo_servers.h"
#include "tests/lab/probe.h"

namespace portcullis::prober {

struct FlowOrder {
  std::string name;
  lab::Transport transport = lab::Transport::kTcp;
  bool established = false;  ///< Messages of one flow; else each beat is a new one.
  std::string source;        ///< A host's name.
  IpAddress destination;
  uint16_t port = 0;
  std::chrono::microseconds period{20000};
  /// Each beat takes the next of so many source ports from the first one on; 0: any port.
  uint16_t first_source_port = 0;
  uint16_t source_ports = 1;
  Expectation expected = Expectation::kFree;
  bool control = false;  ///< No policy touches it: its losses are the machine's.
};

struct FlowReport {
  std::string name;
  bool control = false;
  std::string ended;  ///< Why an established flow ended; empty where it did not, or was no such.
  Judgement judgement;
};

/// How many of the last beats passed.
struct Recent {
  size_t finished = 0;
  size_t passed = 0;
};

/// Not thread-safe. Errors of use and of sockets are LabErrors.
class Prober {
 public:
  /// Servers listen on these ports.
  explicit Prober(std::vector<uint16_t> server_ports);

  /// Names a network namespace by the path of its file.
  void AddHost(const std::string& name, const std::string& netns_path);
  /// Ends what goes on in it and lets go of it.
  void RemoveHost(const std::string& name);
  void Serve(const std::string& host);

  void StartFlow(FlowOrder order);
  /// No more beats; what is known of it stays for the report.
  void StopFlow(const std::string& name);
  void Expect(const std::string& name, Expectation expected, Clock::time_point from);
  /// Forgets all flows.
  void Reset();

  /// Sends what is due and takes what has come; returns soon, a few milliseconds at most.
  void Step();

  /// Of at most `count` beats that are over, sent after `since`.
  [[nodiscard]] Recent LastBeats(const std::string& name, size_t count, Clock::time_point since);
  /// See lab::MillisecondsUntil().
  [[nodiscard]] std::optional<double> Took(const std::string& name,
                                           bool passes_after,
                                           Clock::time_point from,
                                           Clock::time_point until);
  [[nodiscard]] std::vector<FlowReport> Report() const;

 private:
  struct Flow {
    FlowOrder order;
    lab::Probe probe;
    std::unique_ptr<Conversation> conversation;
    std::vector<lab::Beat> beats;
    std::vector<Clock::duration> awake;  ///< Of each beat: awake_ at its sending.
    size_t finished = 0;                 ///< The beats before this one are over.
    std::vector<Turn> turns;
    Clock::time_point due;
    bool stopped = false;
  };

  [[nodiscard]] Flow& FlowNamed(const std::string& name);
  [[nodiscard]] const lab::Host& HostNamed(const std::string& name) const;
  void KeepAwake();
  void SendDue();
  void SendBeat(size_t index);
  void TakeAnswers(std::chrono::milliseconds wait);
  void Answer(Flow& flow, size_t index) const;
  void FinishLate();
  [[nodiscard]] Clock::duration UntilNextDue() const;
  [[nodiscard]] static Beats FinishedBeats(const Flow& flow);
  [[nodiscard]] std::vector<Beats> ControlsFor(const Flow& flow) const;

  std::map<std::string, std::unique_ptr<lab::Host>> hosts_;
  lab::EchoServers servers_;
  lab::ProbeEngine engine_;
  std::vector<std::unique_ptr<Flow>> flows_;
  size_t namespaces_ = 0;  ///< How many hosts there have been: makes their names unique.
  /// The time for which this process could have taken answers: what an overloaded machine kept it
  /// from running does not count against an answer.
  Clock::duration awake_{};
  Clock::time_point last_step_ = Clock::now();
};

}  // namespace portcullis::prober

#endif  // PORTCULLIS_TESTS_CLUSTER_PROBER_PROBER_H_
