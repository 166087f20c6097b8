// SPDX-License-Identifier: Apache-2.0
//
// What the pure core costs: an event, the first table, a pod's memory; by the number of pods and
// policies, for the engine and for the reference. No kernel, no API server.
#include <chrono>
#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/bench/core/events.h"
#include "tests/bench/core/subject.h"
#include "tests/bench/support/allocations.h"
#include "tests/bench/support/process.h"
#include "tests/bench/support/program.h"
#include "tests/bench/support/world.h"

namespace portcullis::bench {
namespace {

/// An event is repeated until either is reached.
constexpr size_t kMostSamples = 400;
constexpr std::chrono::milliseconds kTimePerEvent(250);
constexpr double kMicrosecond = 1e3;
constexpr double kMillisecond = 1e6;

struct Samples {
  std::vector<double> microseconds;
  std::vector<double> allocations;
  std::vector<double> changes;

  void Measure(Subject& subject, AnyChange change) {
    subject.Prepare(std::move(change));
    const Allocations before = AllocationsSoFar();
    const Stopwatch watch;
    const size_t changed = subject.Take();
    microseconds.push_back(watch.cpu().count() / kMicrosecond);
    allocations.push_back(static_cast<double>((AllocationsSoFar() - before).count));
    changes.push_back(static_cast<double>(changed));
  }
};

/// One way to do it, at every size that it bears.
class CoreBench {
 public:
  /// `most_work`: pods times policies; beyond it one event takes too long to wait for.
  CoreBench(std::string way,
            std::function<std::unique_ptr<Subject>()> make,
            size_t most_work,
            Report& report)
      : way_(std::move(way)),
        make_(std::move(make)),
        most_work_(most_work),
        report_(report) {}

  void Run(bool quick) {
    using Sizes = std::vector<size_t>;
    for (const size_t policies : quick ? Sizes{1000} : Sizes{100, 1000, 5000}) {
      std::vector<Running> running;
      for (const size_t pods : quick ? Sizes{1000, 10'000} : Sizes{1000, 10'000, 100'000}) {
        if (pods * policies <= most_work_) {
          running.push_back(Start({pods, policies}));
        }
      }
      Measure(running);
    }
    PrintGrowth();
  }

 private:
  struct Running {
    WorldSize size;
    std::unique_ptr<Subject> subject;
    std::vector<EventKind> kinds;
    Samples there;
    Samples back;

    [[nodiscard]] Params At() const { return {{"pods", size.pods}, {"policies", size.policies}}; }
  };

  Running Start(const WorldSize& size) {
    const size_t before = HeapInUse();
    Running running{size, make_(), EventKinds(size), {}, {}};
    k8s::Objects objects = MakeWorld(size);
    const Stopwatch watch;
    running.subject->Load(std::move(objects));
    const double time = watch.cpu().count() / kMillisecond;
    objects = {};
    report_.Add(way_ + ": start", "CPU", "ms", time, running.At());
    report_.Add(way_ + ": start",
                "memory per pod",
                "bytes",
                static_cast<double>(HeapInUse() - before) / static_cast<double>(size.pods),
                running.At());
    return running;
  }

  /// The sizes take turns: each then finds the processor's caches as cold as an event does that
  /// comes alone, and growth is no accident of the moment.
  void Measure(std::vector<Running>& running) {
    for (size_t kind = 0; kind < running.front().kinds.size(); ++kind) {
      const Stopwatch watch;
      const auto time = kTimePerEvent * running.size();
      for (size_t turn = 0; turn < 2 || (turn < kMostSamples && watch.wall() < time); ++turn) {
        for (Running& one : running) {
          Measure(one, one.kinds.at(kind), turn);
        }
      }
      for (Running& one : running) {
        Print(one, one.kinds.at(kind));
      }
    }
  }

  static void Measure(Running& one, const EventKind& kind, size_t turn) {
    one.there.Measure(*one.subject, kind.event(turn));
    (kind.back == kind.name ? one.there : one.back).Measure(*one.subject, kind.undo(turn));
  }

  void Print(Running& one, const EventKind& kind) {
    Print(kind.name, std::exchange(one.there, {}), one);
    if (kind.back != kind.name) {
      Print(kind.back, std::exchange(one.back, {}), one);
    }
  }

  void Print(const std::string& event, const Samples& samples, const Running& one) {
    const std::string name = way_ + ": " + event;
    const Summary time = Summarise(samples.microseconds);
    report_.Add(name, "CPU", "µs", time, one.At());
    report_.Add(name, "allocations", "", Summarise(samples.allocations), one.At());
    report_.Add(name, "changes", "", Summarise(samples.changes), one.At());
    times_[{name, one.size.policies}][one.size.pods] = time.value;
  }

  /// What more pods cost, at the same number of policies.
  void PrintGrowth() {
    for (const auto& [key, by_pods] : times_) {
      const auto& [least, first] = *by_pods.begin();
      const auto& [most, last] = *std::prev(by_pods.end());
      if (most > least) {
        report_.Add(key.first,
                    "growth",
                    "×",
                    last / first,
                    {{"policies", key.second}, {"from", least}, {"to", most}});
      }
    }
  }

  const std::string way_;
  const std::function<std::unique_ptr<Subject>()> make_;
  const size_t most_work_;
  Report& report_;
  /// Microseconds, by case, policies and pods.
  std::map<std::pair<std::string, size_t>, std::map<size_t, double>> times_;
};

int Main(int argc, const char* const* argv) {
  Program program("core", argc, argv);
  program.Case("engine", [&](Report& report) {
    constexpr size_t kAny = SIZE_MAX;
    CoreBench("engine", MakeEngine, kAny, report).Run(program.quick());
  });
  program.Case("reference", [&](Report& report) {
    constexpr size_t kBearable = 10'000UL * 1000;
    CoreBench("reference", MakeReference, kBearable, report).Run(program.quick());
  });
  return program.Run();
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) {
  return portcullis::bench::Main(argc, argv);
}
