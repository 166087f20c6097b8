// SPDX-License-Identifier: Apache-2.0
//
// See measures.h: from the write of one object to the first packet that shows it.
#include <random>

#include "tests/bench/whole/measures.h"

namespace portcullis::bench {
namespace {

constexpr size_t kChanges = 100;
constexpr size_t kQuickChanges = 15;
// A program that takes so long is asked less often: its figures are no closer for it.
constexpr Milliseconds kSlow(300);
constexpr size_t kSlowChanges = 15;
constexpr uint64_t kSeed = 5;
constexpr double kP99 = 0.99;

struct Latencies {
  std::vector<double> there_ms;
  std::vector<double> gone_ms;
};

void Add(Report& report,
         const Setting& setting,
         const std::string& name,
         const std::vector<double>& samples) {
  report.Add(name, "p50", "ms", Summarise(samples), setting.At());
  report.Add(name, "p99", "ms", Quantile(samples, kP99), setting.At());
}

/// A moment between changes, of a length of its own, so that they meet no clock of the program.
void Pause(std::mt19937_64& random) {
  constexpr uint64_t kMost = 15'000;
  std::this_thread::sleep_for(std::chrono::microseconds(random() % kMost));
}

/// Makes a change and takes it back, again and again; each returns how long it took.
Latencies Alternately(bool quick,
                      const std::function<Milliseconds(size_t)>& make,
                      const std::function<Milliseconds(size_t)>& take_back) {
  Latencies latencies;
  std::mt19937_64 random(kSeed);
  size_t changes = quick ? kQuickChanges : kChanges;
  for (size_t i = 0; i < changes; ++i) {
    Pause(random);
    const Milliseconds there = make(i);
    Pause(random);
    const Milliseconds gone = take_back(i);
    latencies.there_ms.push_back(there.count());
    latencies.gone_ms.push_back(gone.count());
    if (std::max(there, gone) > kSlow) {
      changes = std::min(changes, kSlowChanges);
    }
  }
  return latencies;
}

}  // namespace

void MeasurePolicyLatency(Setting& setting, Report& report) {
  const auto prober = setting.Probe(ScaleWorld::Stranger(), Target::kOpen);
  const Body policy = PolicyBody(ScaleWorld::Deny());
  const Latencies latencies = Alternately(
      setting.quick(),
      [&](size_t /*number*/) {
        const auto start = Clock::now();
        setting.api().Write(policy);
        return setting.Drops(*prober, start);
      },
      [&](size_t /*number*/) {
        const auto start = Clock::now();
        setting.api().Delete(policy);
        return setting.Passes(*prober, start);
      });
  Add(report, setting, "policy written, packets dropped", latencies.there_ms);
  Add(report, setting, "policy deleted, packets pass", latencies.gone_ms);
}

void MeasurePodLatency(Setting& setting, Report& report) {
  const k8s::Pod client = ScaleWorld::Client(0);
  const auto prober = setting.Probe(client.addresses.front(), Target::kGuarded);
  const Latencies latencies = Alternately(
      setting.quick(),
      [&](size_t number) {
        const Body body = PodBody(ScaleWorld::Client(number));
        const auto start = Clock::now();
        setting.api().Write(body);
        return setting.Passes(*prober, start);
      },
      [&](size_t number) {
        const Body body = PodBody(ScaleWorld::Client(number));
        const auto start = Clock::now();
        setting.api().Delete(body);
        return setting.Drops(*prober, start);
      });
  Add(report, setting, "pod written, its packets pass", latencies.there_ms);
  Add(report, setting, "pod deleted, its packets dropped", latencies.gone_ms);
}

}  // namespace portcullis::bench
