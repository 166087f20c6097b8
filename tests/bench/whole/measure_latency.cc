// SPDX-License-Identifier: Apache-2.0
//
// See measures.h: from the write of one object to the first packet that shows it.
#include <random>

#include "tests/bench/whole/measures.h"

namespace portcullis::bench {
namespace {

constexpr size_t kChanges = 100;
constexpr size_t kQuickChanges = 15;
constexpr uint64_t kSeed = 5;
constexpr double kP99 = 0.99;

struct Latencies {
  std::vector<double> there_ms;
  std::vector<double> gone_ms;
  std::vector<double> writes_ms;  ///< How long the server took to accept them.
};

/// When a change was sent, and when the server had accepted it.
struct Written {
  Clock::time_point sent = Clock::now();
  Clock::time_point accepted;
};

Written Send(const std::function<void()>& write) {
  Written written;
  write();
  written.accepted = Clock::now();
  return written;
}

/// A change to make again and again, and to take back.
struct Change {
  std::function<void(size_t)> prepare;
  std::function<void(size_t)> make;
  std::function<void(size_t)> take_back;
  /// What packets do after the one and after the other.
  std::function<Milliseconds(Clock::time_point)> until_made;
  std::function<Milliseconds(Clock::time_point)> until_taken_back;
};

void Add(Report& report,
         const Setting& setting,
         const std::string& name,
         const std::vector<double>& samples) {
  report.Add(name, "p50", "ms", Summarise(samples), setting.At());
  report.Add(name, "p99", "ms", Quantile(samples, kP99), setting.At());
}

/// A program that takes long is asked less often: its figures are no closer for it.
size_t MostChanges(Milliseconds took) {
  constexpr Milliseconds kSlow(300);
  constexpr Milliseconds kVerySlow(5000);
  constexpr size_t kSlowChanges = 15;
  constexpr size_t kVerySlowChanges = 3;
  return took > kVerySlow ? kVerySlowChanges : took > kSlow ? kSlowChanges : kChanges;
}

/// A moment between changes, of a length of its own, so that they meet no clock of the program.
void Pause(std::mt19937_64& random) {
  constexpr uint64_t kMost = 15'000;
  std::this_thread::sleep_for(std::chrono::microseconds(random() % kMost));
}

Latencies Alternately(bool quick, const Change& change) {
  Latencies latencies;
  std::mt19937_64 random(kSeed);
  size_t changes = quick ? kQuickChanges : kChanges;
  for (size_t i = 0; i < changes; ++i) {
    change.prepare(i);
    Pause(random);
    const Written made = Send([&] { change.make(i); });
    const Milliseconds there = change.until_made(made.sent);
    Pause(random);
    const Written taken = Send([&] { change.take_back(i); });
    const Milliseconds gone = change.until_taken_back(taken.sent);
    latencies.there_ms.push_back(there.count());
    latencies.gone_ms.push_back(gone.count());
    latencies.writes_ms.push_back(Milliseconds(made.accepted - made.sent).count());
    changes = std::min(changes, MostChanges(std::max(there, gone)));
  }
  return latencies;
}

}  // namespace

void MeasurePolicyLatency(Setting& setting, Report& report) {
  const auto prober = setting.Probe(ScaleWorld::Stranger(), Target::kOpen);
  const Body policy = PolicyBody(ScaleWorld::Deny());
  const Change change{[](size_t /*number*/) {},
                      [&](size_t /*number*/) { setting.api().Write(policy); },
                      [&](size_t /*number*/) { setting.api().Delete(policy); },
                      [&](Clock::time_point since) { return setting.Drops(*prober, since); },
                      [&](Clock::time_point since) {
                        return setting.Passes(*prober, since);
                      }};
  const Latencies latencies = Alternately(setting.quick(), change);
  Add(report, setting, "policy written, packets dropped", latencies.there_ms);
  Add(report, setting, "policy deleted, packets pass", latencies.gone_ms);
  Add(report, setting, "policy written, the server's answer", latencies.writes_ms);
}

/// The pod is there, and placed; what is written is the address that its kubelet reports.
void MeasurePodLatency(Setting& setting, Report& report) {
  const auto prober = setting.Probe(ScaleWorld::Client(0).addresses.front(), Target::kGuarded);
  const auto pending = [](size_t number) {
    k8s::Pod pod = ScaleWorld::Client(number);
    pod.phase = k8s::PodPhase::kPending;
    pod.addresses.clear();
    return PodBody(pod);
  };
  const auto running = [](size_t number) {
    return PodBody(ScaleWorld::Client(number));
  };
  const Change change{[&](size_t number) { setting.api().Write(pending(number)); },
                      [&](size_t number) { setting.api().Write(running(number)); },
                      [&](size_t number) { setting.api().Delete(running(number)); },
                      [&](Clock::time_point since) { return setting.Passes(*prober, since); },
                      [&](Clock::time_point since) {
                        return setting.Drops(*prober, since);
                      }};
  const Latencies latencies = Alternately(setting.quick(), change);
  Add(report, setting, "pod's address written, its packets pass", latencies.there_ms);
  Add(report, setting, "pod deleted, its packets dropped", latencies.gone_ms);
  Add(report, setting, "pod's address written, the server's answer", latencies.writes_ms);
}

}  // namespace portcullis::bench
