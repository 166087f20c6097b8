// SPDX-License-Identifier: Apache-2.0
//
// See measures.h: the floor.
#include "nft/diff.h"
#include "nft/mnl_kernel.h"
#include "tests/bench/whole/measures.h"

namespace portcullis::bench {
namespace {

constexpr char kTable[] = "bench_floor";
constexpr size_t kChanges = 100;
constexpr std::chrono::milliseconds kBetween(10);
constexpr std::chrono::seconds kPatience(5);
constexpr double kP99 = 0.99;

/// Drops all datagrams that are forwarded, or none.
nft::Ruleset Table(bool dropping) {
  constexpr uint32_t kUdp = 17;
  nft::Chain chain;
  chain.name = "forward";
  chain.base = nft::BaseHook{nft::Hook::kForward, 0};
  if (dropping) {
    chain.rules.push_back({{nft::Compare{nft::Field::kL4Proto, false, kUdp},
                            nft::Verdict{nft::VerdictKind::kDrop, ""}},
                           "",
                           0});
  }
  nft::Ruleset table;
  table.table = kTable;
  table.chains[chain.name] = std::move(chain);
  return table;
}

template <typename T>
T Must(Result<T> result) {
  if (!result) {
    throw lab::LabError(result.error().message);
  }
  return std::move(*result);
}

/// What is on the kernel's way already when the clock starts: the transaction alone is measured.
class Switch {
 public:
  explicit Switch(nft::MnlKernel kernel) : kernel_(std::move(kernel)) { Set(false); }

  /// When the change was handed over.
  Clock::time_point Set(bool dropping) {
    const nft::Snapshot snapshot = Must(kernel_.Dump(kTable));
    const nft::ChangeSet change = nft::Diff(snapshot.table, Table(dropping));
    const auto start = Clock::now();
    static_cast<void>(Must(kernel_.Commit(change, snapshot.generation)));
    return start;
  }

 private:
  nft::MnlKernel kernel_;
};

nft::MnlKernel OpenIn(const lab::Netns& netns) {
  const lab::EnterNetns inside(netns);
  return Must(nft::MnlKernel::Open());
}

double Seen(const std::optional<Milliseconds>& took) {
  if (!took) {
    throw lab::LabError("the floor's own rule has no effect");
  }
  return took->count();
}

}  // namespace

void MeasureFloor(Setting& setting, Report& report) {
  Switch rule(OpenIn(setting.node().netns));
  const auto prober = setting.Probe(ScaleWorld::Stranger(), Target::kOpen);
  std::vector<double> dropped;
  std::vector<double> passed;
  for (size_t i = 0; i < kChanges / (setting.quick() ? 5 : 1); ++i) {
    std::this_thread::sleep_for(kBetween);
    dropped.push_back(Seen(prober->UntilDropped(rule.Set(true), kPatience)));
    passed.push_back(Seen(prober->UntilPasses(rule.Set(false), kPatience)));
  }
  const Params at = setting.At();
  report.Add("floor: a rule over netlink, packets dropped", "p50", "ms", Summarise(dropped), at);
  report.Add(
      "floor: a rule over netlink, packets dropped", "p99", "ms", Quantile(dropped, kP99), at);
  report.Add("floor: a rule over netlink, packets pass", "p50", "ms", Summarise(passed), at);
  report.Add("floor: a rule over netlink, packets pass", "p99", "ms", Quantile(passed, kP99), at);
  lab::RunProgram({"nft", "delete table inet bench_floor"}, "", &setting.node().netns);
}

}  // namespace portcullis::bench
