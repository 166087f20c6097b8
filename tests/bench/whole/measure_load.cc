// SPDX-License-Identifier: Apache-2.0
//
// See measures.h: many events, one after the other or all at once, and none at all.
#include <thread>

#include "tests/bench/whole/measures.h"

namespace portcullis::bench {
namespace {

using std::chrono::milliseconds;

constexpr size_t kEvents = 1000;
constexpr size_t kBurst = 10'000;
constexpr size_t kChurn = 20'000;
constexpr size_t kEventsOfOne = 3;  ///< Of a pod that comes, and of one that goes.
constexpr milliseconds kBetweenEvents(2);
constexpr milliseconds kBackoff(1500);
constexpr char kSteps[] = "portcullis_reconciles_total";
constexpr char kLists[] = "portcullis_watch_lists_total{kind=\"Pod\"}";
constexpr char kOperations[] = "portcullis_reconcile_operations_total";

double Mega(size_t bytes) {
  constexpr double kMega = 1e6;
  return static_cast<double>(bytes) / kMega;
}

using Events = std::vector<std::function<void()>>;

/// A remote pod comes as a kubelet reports it: not yet placed, placed, running with an address.
void AddArrival(Events& events, WholeApi& api, const k8s::Pod& pod) {
  k8s::Pod pending = pod;
  pending.phase = k8s::PodPhase::kPending;
  pending.addresses.clear();
  k8s::Pod unplaced = pending;
  unplaced.node_name.clear();
  for (const k8s::Pod& state : {unplaced, pending, pod}) {
    events.push_back([&api, body = PodBody(state)] { api.Write(body); });
  }
}

/// And goes: asked to, its containers ended, gone.
void AddDeparture(Events& events, WholeApi& api, const k8s::Pod& pod) {
  k8s::Pod deleting = pod;
  deleting.deleting = true;
  events.push_back([&api, body = PodBody(deleting)] { api.Write(body); });
  events.push_back([&api, body = PodBody(deleting, 1)] { api.Write(body); });
  events.push_back([&api, body = PodBody(deleting, 1)] { api.Delete(body); });
}

/// When the last one was begun to be written.
Clock::time_point Play(const Events& events, Clock::duration between) {
  auto next = Clock::now();
  auto last = next;
  for (const auto& event : events) {
    last = Clock::now();
    event();
    next += between;
    if (next > Clock::now()) {
      std::this_thread::sleep_until(next);
    }
  }
  return last;
}

Events ComeAndGo(Setting& setting, size_t count) {
  Events events;
  for (size_t i = 0; i < count / (2 * kEventsOfOne); ++i) {
    AddArrival(events, setting.api(), setting.world().Newcomer(i));
    AddDeparture(events, setting.api(), setting.world().Newcomer(i));
  }
  return events;
}

/// Of pods of "moving", one after the other.
Events StatusChanges(Setting& setting, size_t count) {
  Events events;
  for (size_t i = 0; i < count; ++i) {
    const k8s::Pod pod = setting.world().Moving(i % setting.world().MovingCount());
    events.push_back([&setting, body = PodBody(pod, i + 1)] { setting.api().Write(body); });
  }
  return events;
}

void AddCpuOf(Report& report, Setting& setting, const std::string& name, const Events& events) {
  const double steps = setting.subject().Metric(kSteps).value_or(0);
  const Nanoseconds before = setting.subject().Cpu();
  static_cast<void>(Play(events, kBetweenEvents));
  setting.subject().AwaitQuiet();
  const Milliseconds used = setting.subject().Cpu() - before;
  const double count = static_cast<double>(events.size());
  report.Add(name, "CPU of 1,000 events", "ms", used.count() * kEvents / count, setting.At());
  if (const auto after = setting.subject().Metric(kSteps)) {
    report.Add(
        name, "reconciles of 1,000 events", "", (*after - steps) * kEvents / count, setting.At());
  }
}

/// What a burst needs: its events, the last of which a probe shows.
struct Burst {
  std::string name;
  Events events;
  Clock::duration between;
  std::function<Milliseconds(Clock::time_point)> until_seen;
};

void AddBurst(Report& report, Setting& setting, const Burst& burst) {
  Subject& subject = setting.subject();
  const double steps = subject.Metric(kSteps).value_or(0);
  const Nanoseconds before = subject.Cpu();
  const auto first = Clock::now();
  const auto last = Play(burst.events, burst.between);
  const Milliseconds seen = burst.until_seen(last);
  subject.AwaitQuiet();
  const Milliseconds used = subject.Cpu() - before;
  const Params at = setting.At();
  report.Add(burst.name, "last write to kernel", "ms", seen.count(), at);
  report.Add(burst.name, "writing the others", "ms", Milliseconds(last - first).count(), at);
  report.Add(burst.name, "CPU", "ms", used.count(), at);
  if (const auto after = subject.Metric(kSteps)) {
    report.Add(burst.name, "reconciles", "", *after - steps, at);
  }
}

/// Ten thousand events of pods that come, the last being the client's; and of the same that go.
void AddRollouts(Report& report,
                 Setting& setting,
                 const std::string& pace,
                 Clock::duration between) {
  const k8s::Pod client = ScaleWorld::Client(0);
  const auto prober = setting.Probe(client.addresses.front(), Target::kGuarded);
  const std::string name = "10,000 events " + pace + ", pods ";
  const auto passes = [&](Clock::time_point last) {
    return setting.Passes(*prober, last);
  };
  const auto drops = [&](Clock::time_point last) {
    return setting.Drops(*prober, last);
  };
  Burst come{name + "come", {}, between, passes};
  Burst go{name + "go", {}, between, drops};
  for (size_t i = 1; i < kBurst / kEventsOfOne; ++i) {
    AddArrival(come.events, setting.api(), setting.world().Newcomer(i));
    AddDeparture(go.events, setting.api(), setting.world().Newcomer(i));
  }
  AddArrival(come.events, setting.api(), client);
  AddDeparture(go.events, setting.api(), client);
  AddBurst(report, setting, come);
  AddBurst(report, setting, go);
}

void AddMoves(Report& report, Setting& setting) {
  const auto prober = setting.Probe(ScaleWorld::Moving(0).addresses.front(), Target::kVault);
  WholeApi& api = setting.api();
  AddBurst(report,
           setting,
           {"a namespace's label lets its pods in",
            {[&api, body = NamespaceBody(ScaleWorld::MovingNamespace(true))] {
              api.Write(body);
            }},
            Clock::duration::zero(),
            [&](auto last) {
              return setting.Passes(*prober, last);
            }});
  AddBurst(report,
           setting,
           {"a namespace's label shuts its pods out",
            {[&api, body = NamespaceBody(ScaleWorld::MovingNamespace(false))] {
              api.Write(body);
            }},
            Clock::duration::zero(),
            [&](auto last) {
              return setting.Drops(*prober, last);
            }});
}

}  // namespace

void MeasureEventCpu(Setting& setting, Report& report) {
  AddCpuOf(report, setting, "remote pods come and go", ComeAndGo(setting, kEvents));
  AddCpuOf(report, setting, "pods' status changes", StatusChanges(setting, kEvents));
}

void MeasureBursts(Setting& setting, Report& report) {
  constexpr std::chrono::seconds kSecond(1);
  AddRollouts(report, setting, "in a second", std::chrono::nanoseconds(kSecond) / kBurst);
  AddRollouts(report, setting, "at once", Clock::duration::zero());
  AddMoves(report, setting);
}

void MeasureChurnMemory(Setting& setting, Report& report) {
  for (size_t done = 0; done < kChurn; done += kChurn / 4) {
    for (const auto& event : ComeAndGo(setting, kChurn / 4)) {
      event();
    }
  }
  setting.subject().AwaitQuiet();
  const Memory memory = setting.subject().Resident();
  report.Add("20,000 events", "RSS after", "MB", Mega(memory.resident), setting.At());
  report.Add("20,000 events", "RSS peak", "MB", Mega(memory.peak_resident), setting.At());
}

void MeasureRelist(Setting& setting, Report& report) {
  Subject& subject = setting.subject();
  const auto operations = subject.Metric(kOperations);
  const auto lists = subject.Metric(kLists);
  const Nanoseconds before = subject.Cpu();
  if (!operations || !setting.api().ExpireWatches()) {
    return;
  }
  // It waits for a while before it lists again.
  std::this_thread::sleep_for(kBackoff);
  subject.AwaitQuiet();
  const Nanoseconds used = subject.Cpu() - before;
  report.Add("relist without a change",
             "lists of pods",
             "",
             subject.Metric(kLists).value_or(0) - lists.value_or(0),
             setting.At());
  report.Add("relist without a change", "CPU", "ms", Milliseconds(used).count(), setting.At());
  report.Add("relist without a change",
             "operations on the kernel",
             "",
             subject.Metric(kOperations).value_or(0) - *operations,
             setting.At());
  report.Add("relist without a change",
             "RSS peak",
             "MB",
             Mega(subject.Resident().peak_resident),
             setting.At());
}

void MeasureIdle(Setting& setting, Report& report) {
  constexpr std::chrono::seconds kMinute(60);
  const std::chrono::seconds time = setting.quick() ? kMinute / 12 : kMinute / 3;
  const Nanoseconds before = setting.subject().Cpu();
  std::this_thread::sleep_for(time);
  const Milliseconds used = setting.subject().Cpu() - before;
  report.Add("idle",
             "CPU in a minute",
             "ms",
             used.count() * static_cast<double>(kMinute / time),
             setting.At());
}

}  // namespace portcullis::bench
