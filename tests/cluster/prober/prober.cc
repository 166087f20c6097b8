// SPDX-License-Identifier: Apache-2.0
//
// See prober.h.
#include "tests/cluster/prober/prober.h"

#include <algorithm>
#include <thread>

namespace portcullis::prober {
namespace {

using lab::Beat;
using lab::LabError;
using std::chrono::microseconds;
using std::chrono::milliseconds;

/// A step that comes later than this after the one before was kept from running.
constexpr milliseconds kLongStep(20);
constexpr milliseconds kLongestWait(4);
constexpr microseconds kShortWait(200);
/// A probe's tag is its flow's index and its beat's.
constexpr unsigned kBeatBits = 32;

size_t TagOf(size_t flow, size_t beat) {
  return flow << kBeatBits | beat;
}

}  // namespace

Prober::Prober(std::vector<uint16_t> server_ports) : servers_(std::move(server_ports)) {}

void Prober::AddHost(const std::string& name, const std::string& netns_path) {
  if (hosts_.contains(name)) {
    throw LabError("there is a host named " + name + " already");
  }
  const std::string unique = name + "#" + std::to_string(++namespaces_);
  hosts_.emplace(
      name,
      std::make_unique<lab::Host>(lab::Host{name, lab::Netns::Existing(unique, netns_path), {}}));
}

void Prober::RemoveHost(const std::string& name) {
  const lab::Host& host = HostNamed(name);
  for (const auto& flow : flows_) {
    if (flow->order.source == name && !flow->stopped) {
      StopFlow(flow->order.name);
    }
  }
  servers_.Stop(host.netns.name());
  engine_.Forget(host);
  hosts_.erase(name);
}

void Prober::Serve(const std::string& host) {
  servers_.Serve(HostNamed(host).netns);
}

const lab::Host& Prober::HostNamed(const std::string& name) const {
  const auto found = hosts_.find(name);
  if (found == hosts_.end()) {
    throw LabError("no host named " + name);
  }
  return *found->second;
}

/// The last one of that name: a flow that was stopped may be started anew.
Prober::Flow& Prober::FlowNamed(const std::string& name) {
  const auto found = std::find_if(
      flows_.rbegin(), flows_.rend(), [&](const auto& flow) { return flow->order.name == name; });
  if (found == flows_.rend()) {
    throw LabError("no flow named " + name);
  }
  return **found;
}

void Prober::StartFlow(FlowOrder order) {
  auto flow = std::make_unique<Flow>();
  flow->probe.source = &HostNamed(order.source);
  flow->probe.destination = order.destination;
  flow->probe.transport = order.transport;
  flow->probe.port = order.port;
  flow->due = Clock::now();
  flow->turns.push_back({flow->due, order.expected});
  if (order.established) {
    flow->conversation = std::make_unique<Conversation>(flow->probe);
  }
  flow->order = std::move(order);
  flows_.push_back(std::move(flow));
}

void Prober::StopFlow(const std::string& name) {
  Flow& flow = FlowNamed(name);
  flow.stopped = true;
  const auto index = static_cast<size_t>(
      std::find_if(flows_.begin(), flows_.end(), [&](const auto& f) { return f.get() == &flow; }) -
      flows_.begin());
  for (size_t beat = flow.finished; beat < flow.beats.size(); ++beat) {
    engine_.Cancel(TagOf(index, beat));
  }
  // The beats under way are not judged: nobody waited for their answers.
  flow.beats.resize(flow.finished);
  flow.conversation.reset();
}

void Prober::Expect(const std::string& name, Expectation expected, Clock::time_point from) {
  Flow& flow = FlowNamed(name);
  if (flow.turns.back().from > from) {
    throw LabError("turns of a flow must be in the order of time: " + name);
  }
  flow.turns.push_back({from, expected});
}

void Prober::Reset() {
  for (const auto& flow : flows_) {
    if (!flow->stopped) {
      StopFlow(flow->order.name);
    }
  }
  flows_.clear();
}

void Prober::Step() {
  KeepAwake();
  // Answers first: what has come in time must not be given up because this process slept.
  TakeAnswers(milliseconds(0));
  FinishLate();
  SendDue();
  const Clock::duration left = std::min<Clock::duration>(UntilNextDue(), kLongestWait);
  if (left < milliseconds(1)) {
    std::this_thread::sleep_for(std::clamp<Clock::duration>(left, microseconds(0), kShortWait));
  } else {
    TakeAnswers(std::chrono::duration_cast<milliseconds>(left));
  }
}

void Prober::KeepAwake() {
  const Clock::time_point now = Clock::now();
  awake_ += std::min<Clock::duration>(now - last_step_, kLongStep);
  last_step_ = now;
}

void Prober::SendDue() {
  for (size_t i = 0; i < flows_.size(); ++i) {
    Flow& flow = *flows_[i];
    const Clock::time_point now = Clock::now();
    if (!flow.stopped && flow.due <= now) {
      flow.due = std::max(flow.due + flow.order.period, now);
      SendBeat(i);
    }
  }
}

void Prober::SendBeat(size_t index) {
  Flow& flow = *flows_[index];
  const size_t beat = flow.beats.size();
  const bool port_in_use =
      flow.order.first_source_port != 0 && flow.finished + flow.order.source_ports <= beat;
  if (port_in_use || (flow.conversation && !flow.conversation->Ready())) {
    return;
  }
  flow.beats.push_back(Beat{Clock::now(), false, {}});
  flow.awake.push_back(awake_);
  if (flow.conversation) {
    flow.conversation->Send(beat);
    return;
  }
  if (flow.order.first_source_port != 0) {
    flow.probe.from_port =
        static_cast<uint16_t>(flow.order.first_source_port + beat % flow.order.source_ports);
  }
  engine_.Start(flow.probe, TagOf(index, beat));
}

void Prober::TakeAnswers(milliseconds wait) {
  for (const size_t tag : engine_.Poll(wait)) {
    Answer(*flows_.at(tag >> kBeatBits), tag & ((1ULL << kBeatBits) - 1));
  }
  for (const auto& flow : flows_) {
    if (flow->conversation) {
      for (const uint64_t beat : flow->conversation->Receive()) {
        Answer(*flow, beat);
      }
    }
  }
}

/// A late answer is none. But that a denied message was repeated until it passed must show.
void Prober::Answer(Flow& flow, size_t index) const {
  Beat& beat = flow.beats.at(index);
  const bool late = awake_ - flow.awake.at(index) > kLate;
  if (!late || ExpectedAt(flow.turns, beat.sent) == Expectation::kDenied) {
    beat.passed = true;
    beat.answered = Clock::now();
  }
}

void Prober::FinishLate() {
  for (size_t i = 0; i < flows_.size(); ++i) {
    Flow& flow = *flows_[i];
    while (flow.finished < flow.beats.size() &&
           (flow.beats[flow.finished].passed || awake_ - flow.awake[flow.finished] > kLate)) {
      if (!flow.beats[flow.finished].passed) {
        engine_.Cancel(TagOf(i, flow.finished));
      }
      ++flow.finished;
    }
  }
}

Clock::duration Prober::UntilNextDue() const {
  Clock::time_point first = Clock::time_point::max();
  for (const auto& flow : flows_) {
    first = flow->stopped ? first : std::min(first, flow->due);
  }
  return first == Clock::time_point::max() ? Clock::duration(kLongestWait) : first - Clock::now();
}

Recent Prober::LastBeats(const std::string& name, size_t count, Clock::time_point since) {
  const Flow& flow = FlowNamed(name);
  Recent recent;
  for (size_t i = flow.beats.size(); i > 0 && recent.finished < count; --i) {
    const Beat& beat = flow.beats[i - 1];
    if (beat.sent < since) {
      break;
    }
    recent.finished += beat.passed || i <= flow.finished ? 1U : 0U;
    recent.passed += beat.passed ? 1U : 0U;
  }
  return recent;
}

std::optional<double> Prober::Took(const std::string& name,
                                   bool passes_after,
                                   Clock::time_point from,
                                   Clock::time_point until) {
  return lab::MillisecondsUntil(FlowNamed(name).beats, passes_after, from, until);
}

Beats Prober::FinishedBeats(const Flow& flow) {
  return Beats(flow.beats).first(flow.finished);
}

/// Of the same kind, so that they share what an overloaded machine does to a flow. A control is
/// judged without any.
std::vector<Beats> Prober::ControlsFor(const Flow& flow) const {
  std::vector<Beats> out;
  for (const auto& other : flows_) {
    if (other->order.control && !flow.order.control &&
        other->order.transport == flow.order.transport &&
        other->order.established == flow.order.established) {
      out.push_back(FinishedBeats(*other));
    }
  }
  return out;
}

std::vector<FlowReport> Prober::Report() const {
  std::vector<FlowReport> out;
  for (const auto& flow : flows_) {
    out.push_back({flow->order.name,
                   flow->order.control,
                   flow->conversation ? flow->conversation->ended() : "",
                   Judge(FinishedBeats(*flow), flow->turns, ControlsFor(*flow))});
  }
  return out;
}

}  // namespace portcullis::prober
