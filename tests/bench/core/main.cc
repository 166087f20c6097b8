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
      for (const size_t pods : quick ? Sizes{1000, 10'000} : Sizes{1000, 10'000, 100'000}) {
        if (pods * policies <= most_work_) {
          Measure({pods, policies});
        }
      }
    }
    PrintGrowth();
  }

 private:
  void Measure(const WorldSize& size) {
    const Params params = {{"pods", size.pods}, {"policies", size.policies}};
    const auto subject = Start(size, params);
    for (const EventKind& kind : EventKinds(size)) {
      Measure(*subject, kind, params, size);
    }
  }

  std::unique_ptr<Subject> Start(const WorldSize& size, const Params& params) {
    const size_t before = HeapInUse();
    auto subject = make_();
    k8s::Objects objects = MakeWorld(size);
    const Stopwatch watch;
    subject->Load(std::move(objects));
    const double time = watch.cpu().count() / kMillisecond;
    objects = {};
    report_.Add(way_ + ": start", "CPU", "ms", time, params);
    report_.Add(way_ + ": start",
                "memory per pod",
                "bytes",
                static_cast<double>(HeapInUse() - before) / static_cast<double>(size.pods),
                params);
    return subject;
  }

  void Measure(Subject& subject,
               const EventKind& kind,
               const Params& params,
               const WorldSize& size) {
    Samples there;
    Samples apart;
    Samples& back = kind.back == kind.name ? there : apart;
    const Stopwatch watch;
    for (size_t turn = 0; turn < 2 || (turn < kMostSamples && watch.wall() < kTimePerEvent);
         ++turn) {
      there.Measure(subject, kind.event(turn));
      back.Measure(subject, kind.undo(turn));
    }
    Print(kind.name, there, params, size);
    if (&back == &apart) {
      Print(kind.back, apart, params, size);
    }
  }

  void Print(const std::string& event,
             const Samples& samples,
             const Params& params,
             const WorldSize& size) {
    const std::string name = way_ + ": " + event;
    const Summary time = Summarise(samples.microseconds);
    report_.Add(name, "CPU", "µs", time, params);
    report_.Add(name, "allocations", "", Summarise(samples.allocations), params);
    report_.Add(name, "changes", "", Summarise(samples.changes), params);
    times_[{name, size.policies}][size.pods] = time.value;
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
