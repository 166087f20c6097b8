// SPDX-License-Identifier: Apache-2.0
//
// See modes.h. Each round measures each way once, so that what the machine does otherwise meets all
// of them; ratios are to the stretch without a log of the same round.
#include "tests/bench/flood/modes.h"

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "controller/policy/compile.h"
#include "controller/policy/world.h"
#include "tests/bench/flood/reader.h"
#include "tests/bench/packets/objects.h"
#include "tests/bench/packets/tables.h"

namespace portcullis::bench {
namespace {

using std::chrono::milliseconds;

constexpr uint64_t kDeniedPerSecond = 100'000;
constexpr uint16_t kGroup = policy::kDefaultLogGroup;
/// More than the reader's socket has room for.
constexpr uint64_t kMoreThanFits = 200'000;

nft::Ruleset Table(policy::LogGroup denied_log) {
  policy::CompileOptions options;
  options.node_name = kNode;
  options.denied_log = denied_log;
  return policy::Compile(policy::World(MakeObjects({1, 10}, 0)), options);
}

/// Without the limit, every denied packet is told of.
nft::Ruleset WithoutLimits(nft::Ruleset table) {
  for (auto& [name, chain] : table.chains) {
    for (nft::Rule& rule : chain.rules) {
      std::erase_if(rule.statements, [](const nft::Statement& statement) {
        return std::holds_alternative<nft::Limit>(statement);
      });
    }
  }
  return table;
}

struct Mode {
  std::string name;
  policy::LogGroup log;
  bool read = false;
  bool stopped = false;
  bool limited = true;
  uint64_t denied = kDeniedPerSecond;
};

const std::vector<Mode>& Modes() {
  static const std::vector<Mode> kModes = {
      {"no log", std::nullopt},
      {"log, read", kGroup, true},
      {"log, nobody reads", kGroup},
      {"log, reader stopped and its buffer full", kGroup, true, true},
      {"log without a limit, read", kGroup, true, false, false},
      {"log without a limit, reader stopped and its buffer full", kGroup, true, true, false},
      {"no log, no flood", std::nullopt, false, false, true, 0},
  };
  return kModes;
}

/// What came of one stretch in one mode.
struct Sample {
  Stretch stretch;
  double heard = 0;       ///< Messages a second.
  double reader_cpu = 0;  ///< Of one CPU, in percent.
};

Sample Measure(const Path& path, Flood& flood, const Mode& mode, milliseconds length) {
  Unload(path.router());
  std::unique_ptr<Reader> reader;
  if (mode.read) {
    reader = std::make_unique<Reader>(path.router(), kGroup);
  }
  if (mode.stopped) {
    reader->Stop();
    Load(path.router(), WithoutLimits(Table(mode.log)));
    flood.Burst(kMoreThanFits);
  }
  Load(path.router(), mode.limited ? Table(mode.log) : WithoutLimits(Table(mode.log)));
  const Nanoseconds cpu_before = reader ? reader->CpuTime() : Nanoseconds(0);
  Sample sample{flood.Run(length, mode.denied)};
  const double seconds = std::chrono::duration<double>(length).count();
  if (reader) {
    sample.heard = static_cast<double>(reader->heard()) / seconds;
    sample.reader_cpu =
        100 * std::chrono::duration<double>(reader->CpuTime() - cpu_before).count() / seconds;
  }
  return sample;
}

/// The samples of one mode, metric by metric.
using Columns = std::map<std::pair<std::string, std::string>, std::vector<double>>;

void AddSample(const Sample& sample, const Sample& without_log, Columns& columns) {
  const Stretch& stretch = sample.stretch;
  const Stretch& baseline = without_log.stretch;
  columns[{"allowed packets a second, against no log", "×"}].push_back(stretch.allowed_rate /
                                                                       baseline.allowed_rate);
  columns[{"allowed packets a second", ""}].push_back(stretch.allowed_rate);
  columns[{"CPU of an allowed packet, against no log", "×"}].push_back(stretch.allowed_ns /
                                                                       baseline.allowed_ns);
  columns[{"CPU of an allowed packet", "ns"}].push_back(stretch.allowed_ns);
  if (stretch.denied_rate == 0) {
    return;
  }
  columns[{"denied packets a second", ""}].push_back(stretch.denied_rate);
  columns[{"CPU of a denied packet, against no log", "×"}].push_back(stretch.denied_ns /
                                                                     baseline.denied_ns);
  columns[{"CPU of a denied packet", "ns"}].push_back(stretch.denied_ns);
  columns[{"told of, a second", ""}].push_back(sample.heard);
  columns[{"reader's CPU", "%"}].push_back(sample.reader_cpu);
}

void AddRows(const std::string& name, const Columns& columns, Report& report) {
  for (const auto& [metric, samples] : columns) {
    report.Add(name, metric.first, metric.second, Summarise(samples));
  }
}

}  // namespace

void CompareModes(const Path& path, Flood& flood, bool quick, Report& report) {
  const size_t rounds = quick ? 3 : 15;
  const milliseconds length(quick ? 200 : 500);
  const auto& modes = Modes();
  std::vector<Columns> columns(modes.size());
  for (size_t round = 0; round < rounds; ++round) {
    std::vector<Sample> samples(modes.size());
    for (size_t i = 0; i < modes.size(); ++i) {
      const size_t at = (i + round) % modes.size();
      samples.at(at) = Measure(path, flood, modes.at(at), length);
    }
    for (size_t i = 0; i < modes.size(); ++i) {
      AddSample(samples.at(i), samples.front(), columns.at(i));
    }
  }
  Unload(path.router());
  for (size_t i = 0; i < modes.size(); ++i) {
    AddRows(modes.at(i).name, columns.at(i), report);
  }
}

void MeasureMinute(const Path& path, Flood& flood, bool quick, Report& report) {
  const milliseconds length = quick ? milliseconds(1000) : std::chrono::minutes(1);
  const Sample without = Measure(path, flood, Modes().at(0), length);
  const Sample with = Measure(path, flood, Modes().at(1), length);
  Unload(path.router());
  for (const auto& [name, sample] :
       {std::pair("a minute, no log", without), std::pair("a minute, log, read", with)}) {
    Columns columns;
    AddSample(sample, without, columns);
    AddRows(name, columns, report);
  }
}

}  // namespace portcullis::bench
