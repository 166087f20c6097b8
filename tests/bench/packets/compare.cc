// SPDX-License-Identifier: Apache-2.0
//
// See compare.h.
#include "tests/bench/packets/compare.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "controller/policy/compile.h"
#include "tests/bench/packets/kube_router.h"
#include "tests/bench/packets/tables.h"

namespace portcullis::bench {
namespace {

constexpr std::array kTraffics = {Traffic::kUdpEstablished,
                                  Traffic::kTcpEstablished,
                                  Traffic::kUdpFirst,
                                  Traffic::kTcpFirst,
                                  Traffic::kTcpConnection};
constexpr std::array kFamilies = {Family::kIpv4, Family::kIpv6};

/// One table to be measured; loaded anew each time, as where in memory it lies matters too.
struct Contender {
  std::string name;
  Params params;
  std::function<void()> load;
};

Params Of(const Size& size) {
  return {{"policies", size.policies}, {"pods", size.pods}};
}

std::vector<Size> Sizes(bool quick) {
  std::vector<Size> sizes;
  for (const size_t pods :
       quick ? std::vector<size_t>{10, 250} : std::vector<size_t>{10, 110, 250}) {
    for (const size_t policies :
         quick ? std::vector<size_t>{1, 50} : std::vector<size_t>{1, 10, 50}) {
      sizes.push_back({policies, pods});
    }
  }
  return sizes;
}

std::vector<Contender> Contenders(const Path& path, bool quick) {
  const auto& router = path.router();
  std::vector<Contender> contenders = {{"no rules", {}, [] {
                                        }}};
  for (const Size& size : Sizes(quick)) {
    contenders.push_back({"portcullis", Of(size), [&router, table = PortcullisTable(size)] {
                            Load(router, table);
                          }});
    contenders.push_back({"kube-router", Of(size), [&router, text = KubeRouterTables(size)] {
                            Load(router, text);
                          }});
  }
  const Size size{1, 250};
  const policy::PodRanges ranges = {*Cidr::Parse("10.1.2.0/24"), *Cidr::Parse("fd01:2::/64")};
  contenders.push_back(
      {"portcullis, pod ranges", Of(size), [&router, table = PortcullisTable(size, ranges)] {
         Load(router, table);
       }});
  return contenders;
}

/// Nanoseconds per kind of traffic and family.
using Visit = std::map<std::pair<Traffic, Family>, Nanoseconds>;

Visit MeasureWith(const Path& path, Sender& sender, const std::function<void()>& load) {
  Unload(path.router());
  load();
  Visit visit;
  for (const Traffic traffic : kTraffics) {
    for (const Family family : kFamilies) {
      path.ForgetFlows();
      visit[{traffic, family}] = sender.Measure(traffic, family);
    }
  }
  return visit;
}

std::string MetricOf(const std::pair<Traffic, Family>& key) {
  return ToText(key.first) + (key.second == Family::kIpv4 ? ", IPv4" : ", IPv6");
}

/// Samples of every contender, by its place.
struct Samples {
  std::map<std::pair<Traffic, Family>, std::vector<double>> alone;
  std::vector<std::map<std::pair<Traffic, Family>, std::vector<double>>> ratios;
};

void MeasureRound(const Path& path,
                  Sender& sender,
                  const std::vector<Contender>& contenders,
                  size_t round,
                  Samples& samples) {
  const auto alone = [&] {
    return MeasureWith(path, sender, [&] { Load(path.router(), ConntrackTable()); });
  };
  Visit before = alone();
  for (size_t i = 0; i < contenders.size(); ++i) {
    const size_t at = (i + round) % contenders.size();
    const Visit visit = MeasureWith(path, sender, contenders.at(at).load);
    const Visit after = alone();
    for (const auto& [key, time] : visit) {
      samples.alone[key].push_back(after.at(key));
      samples.ratios.at(at)[key].push_back(2 * time / (before.at(key) + after.at(key)));
    }
    before = after;
  }
}

double Milliseconds(const std::function<void()>& action) {
  const auto begin = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

}  // namespace

void CompareTables(const Path& path, Sender& sender, bool quick, Report& report) {
  const auto contenders = Contenders(path, quick);
  Samples samples;
  samples.ratios.resize(contenders.size());
  const size_t rounds = quick ? 3 : 7;
  for (size_t round = 0; round < rounds; ++round) {
    MeasureRound(path, sender, contenders, round * 5, samples);
  }
  Unload(path.router());
  for (const auto& [key, times] : samples.alone) {
    report.Add("conntrack alone", MetricOf(key), "ns", Summarise(times));
    for (size_t i = 0; i < contenders.size(); ++i) {
      report.Add(contenders.at(i).name,
                 MetricOf(key),
                 "×",
                 Summarise(samples.ratios.at(i).at(key)),
                 contenders.at(i).params);
    }
  }
}

void MeasureRevocation(const Path& path, Sender& sender, bool quick, Report& report) {
  constexpr size_t kFlows = 4096;
  for (const size_t policies : {size_t{1}, size_t{50}}) {
    const Size size{policies, 250};
    const nft::Ruleset first = PortcullisTable(size);
    const nft::Ruleset second = policy::WithGeneration(first, {}, 2);
    std::vector<double> judged;
    std::vector<double> commits;
    for (size_t round = 0; round < (quick ? 3U : 9U); ++round) {
      Unload(path.router());
      path.ForgetFlows();
      Load(path.router(), first);
      static_cast<void>(sender.SendFlows(Family::kIpv4, kFlows));
      const Nanoseconds known = sender.SendFlows(Family::kIpv4, kFlows);
      commits.push_back(Load(path.router(), second));
      judged.push_back(sender.SendFlows(Family::kIpv4, kFlows) / known);
    }
    report.Add("revocation",
               "a known flow's next packet, against the others",
               "×",
               Summarise(judged),
               Of(size));
    report.Add("revocation", "commit of the generation", "ms", Summarise(commits), Of(size));
  }
  Unload(path.router());
}

void MeasureListing(const Path& path, bool quick, Report& report) {
  for (const Size& size : Sizes(quick)) {
    const nft::Ruleset table = PortcullisTable(size);
    Load(path.router(), table);
    std::vector<double> times;
    std::string text;
    for (size_t round = 0; round < 5; ++round) {
      times.push_back(Milliseconds([&] { text = List(path.router(), table.table); }));
    }
    report.Add("nft list table", "time", "ms", Summarise(times), Of(size));
    report.Add("nft list table", "text", "bytes", static_cast<double>(text.size()), Of(size));
    Unload(path.router());
  }
}

}  // namespace portcullis::bench
