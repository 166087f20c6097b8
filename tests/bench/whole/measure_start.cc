// SPDX-License-Identifier: Apache-2.0
//
// See measures.h: starts.
#include <future>
#include <utility>

#include "tests/bench/whole/measures.h"

namespace portcullis::bench {
namespace {

double Mega(size_t bytes) {
  constexpr double kMega = 1e6;
  return static_cast<double>(bytes) / kMega;
}

struct Starts {
  std::vector<double> enforced_ms;
  std::vector<double> ready_ms;
  std::vector<double> cpu_ms;
  std::vector<double> server_cpu_ms;
};

/// Three, or one where it takes long.
bool Enough(const Setting& setting, const Starts& starts) {
  constexpr size_t kRounds = 3;
  constexpr double kLong = 3000;
  const std::vector<double>& took = starts.enforced_ms;
  return took.size() >= kRounds || (!took.empty() && (setting.quick() || took.back() > kLong));
}

/// One start, watched by a prober whose packets must end.
void StartOnce(Setting& setting, Prober& prober, Starts& starts) {
  Subject& subject = setting.subject();
  const pid_t server = setting.api().pid();
  const Nanoseconds server_before = server != 0 ? CpuTimeOf(server) : Nanoseconds(0);
  const auto start = Clock::now();
  subject.Start();
  auto ready = std::async(std::launch::async, [&] { return subject.UntilReady(start); });
  starts.enforced_ms.push_back(setting.Drops(prober, start).count());
  if (const auto took = ready.get()) {
    starts.ready_ms.push_back(took->count());
  }
  starts.cpu_ms.push_back(Milliseconds(subject.Cpu()).count());
  if (server != 0) {
    starts.server_cpu_ms.push_back(Milliseconds(CpuTimeOf(server) - server_before).count());
  }
}

void Add(Report& report, const Setting& setting, const std::string& name, const Starts& starts) {
  report.Add(name, "start to enforced", "ms", Summarise(starts.enforced_ms), setting.At());
  if (!starts.ready_ms.empty()) {
    report.Add(name, "start to ready", "ms", Summarise(starts.ready_ms), setting.At());
  }
  report.Add(name, "CPU until then", "ms", Summarise(starts.cpu_ms), setting.At());
  if (!starts.server_cpu_ms.empty()) {
    report.Add(name, "CPU of the server", "ms", Summarise(starts.server_cpu_ms), setting.At());
  }
}

/// No table in force: what a stranger sends passes until there is one. The first is not counted
/// with the own server, which encodes each object when it is first asked for.
Starts ColdStarts(Setting& setting) {
  Starts starts;
  bool counted = setting.api().pid() != 0;
  while (!Enough(setting, starts)) {
    setting.subject().Stop();
    setting.subject().Reset();
    const auto prober = setting.Probe(ScaleWorld::Stranger(), Target::kGuarded);
    static_cast<void>(setting.Passes(*prober, Clock::now()));
    StartOnce(setting, *prober, starts);
    if (!std::exchange(counted, true)) {
      starts = {};
    }
  }
  return starts;
}

/// The table of the run before is in force; a policy came while nobody listened.
Starts WarmStarts(Setting& setting) {
  Starts starts;
  while (!Enough(setting, starts)) {
    const auto prober = setting.Probe(ScaleWorld::Stranger(), Target::kOpen);
    setting.subject().Stop();
    setting.api().Write(PolicyBody(ScaleWorld::Deny()));
    static_cast<void>(setting.Passes(*prober, Clock::now()));
    StartOnce(setting, *prober, starts);
    const auto deleted = Clock::now();
    setting.api().Delete(PolicyBody(ScaleWorld::Deny()));
    static_cast<void>(setting.Passes(*prober, deleted));
  }
  return starts;
}

}  // namespace

void MeasureColdStart(Setting& setting, Report& report) {
  Add(report, setting, "cold start", ColdStarts(setting));
  setting.subject().AwaitQuiet();
  const Memory memory = setting.subject().Resident();
  report.Add("cold start", "RSS settled", "MB", Mega(memory.resident), setting.At());
  report.Add("cold start", "RSS peak", "MB", Mega(memory.peak_resident), setting.At());
}

void MeasureWarmStart(Setting& setting, Report& report) {
  Add(report, setting, "warm start", WarmStarts(setting));
}

}  // namespace portcullis::bench
