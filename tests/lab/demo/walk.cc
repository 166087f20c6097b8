// SPDX-License-Identifier: Apache-2.0
//
// See walk.h.
#include "tests/lab/demo/walk.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <thread>

#include "k8s-client/manifest.h"
#include "tests/lab/flows.h"

namespace portcullis::lab {
namespace {

constexpr size_t kChangesShown = 8;
constexpr uint16_t kDbPort = 6379;
constexpr uint16_t kOutPort = 5978;

std::string PathOf(const std::string& name) {
  return std::string(PORTCULLIS_DEMO_FOLDER) + "/" + name;
}

std::string ReadFile(const std::string& path) {
  const std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void PrintIndented(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::printf("    %s\n", line.c_str());
  }
}

const char* Word(Cell cell) {
  return cell == Cell::kPasses ? "passes" : "is blocked";
}

IpAddress External(const char* text) {
  return IpAddress::Parse(text).value();
}

}  // namespace

void MakePods(Cluster& cluster, const k8s::Objects& objects) {
  for (const k8s::Pod& pod : objects.pods) {
    const std::string address = pod.addresses.at(0).Bytes();
    const auto node = static_cast<size_t>(static_cast<uint8_t>(address.at(2))) - 1;
    cluster.AddPod(node, static_cast<uint8_t>(address.at(3)), pod.meta.key.name);
  }
}

k8s::Objects ReadDemoFiles(const std::vector<std::string>& names) {
  std::vector<std::string> paths;
  paths.reserve(names.size());
  for (const std::string& name : names) {
    paths.push_back(PathOf(name));
  }
  auto manifests = k8s::ReadManifests(paths);
  if (!manifests) {
    throw LabError(manifests.error().message);
  }
  return std::move(manifests->objects);
}

Walk::Walk(Cluster& cluster, bool colour) : cluster_(cluster), colour_(colour) {
  const Lab& lab = cluster.lab();
  for (const k8s::Pod& pod : cluster.objects().pods) {
    sources_.push_back({pod.meta.key.name, &lab.pod(pod.meta.key.name), {}});
  }
  sources_.push_back({"node1 (db's own)", &lab.node(0), {}});
  sources_.push_back({"node2", &lab.node(1), {}});
  for (const char* address : {"172.17.0.10", "172.17.1.10"}) {
    sources_.push_back({address, &lab.external(), External(address)});
  }
  const IpAddress db = lab.pod("db").Address(Family::kIpv4);
  const IpAddress frontend = lab.pod("frontend").Address(Family::kIpv4);
  targets_ = {{"db:6379", db, Transport::kTcp, kDbPort},
              {"db:80", db, Transport::kTcp, 80},
              {"ping db", db, Transport::kIcmp, 0},
              {"frontend:80", frontend, Transport::kTcp, 80},
              {"10.0.0.10:5978", External("10.0.0.10"), Transport::kTcp, kOutPort},
              {"10.0.0.10:80", External("10.0.0.10"), Transport::kTcp, 80}};
}

std::vector<Walk::Step> Walk::Steps() {
  return {
      {"No policy", "Every pod accepts everything and may send everywhere.", {}},
      {"The policy of the Kubernetes documentation",
       "db accepts TCP 6379 from 172.17.0.0/16 without 172.17.1.0/24, from namespaces with "
       "project=myproject, and from frontend pods; it may only send to 10.0.0.0/24, TCP 5978. Its "
       "own node reaches it as before.",
       {"1-netpol-db.yaml"}},
      {"Two peers: either of them",
       "Two items of the list: all pods of alice's namespace, or client pods of db's own.",
       {"2-peers-or.yaml"}},
      {"One peer with two selectors: both of them",
       "One item: only client pods in alice's namespace.",
       {"3-peers-and.yaml"}},
      {"Default deny, ingress",
       "Nothing reaches the pods of namespace default, but for their own node.",
       {"4-default-deny-ingress.yaml"}},
      {"Allow all ingress, beside the deny",
       "Policies only add allowances: the deny before has no effect any more.",
       {"4-default-deny-ingress.yaml", "5-allow-all-ingress.yaml"}},
      {"Default deny, egress",
       "The pods of namespace default may not send, but may still answer.",
       {"6-default-deny-egress.yaml"}},
      {"Default deny, both", "", {"7-default-deny-all.yaml"}},
      {"No policy again", "", {}},
  };
}

size_t Walk::Run() {
  for (const Step& step : Steps()) {
    Take(step);
  }
  return wrong_;
}

void Walk::Take(const Step& step) {
  PrintStep(step);
  k8s::Objects next = cluster_.objects();
  next.policies.clear();
  if (!step.files.empty()) {
    next.policies = ReadDemoFiles(step.files).policies;
  }
  ApplyTimed(next);
  const Verdict settled = JudgeUntilRight(cluster_.engine(),
                                          cluster_.lab(),
                                          next,
                                          AllQuestions(cluster_.lab(), cluster_.servers().ports()));
  Matrix now = Ask();
  std::printf("\n%s", RenderMatrix(now, before_ ? &*before_ : nullptr, colour_).c_str());
  if (before_) {
    PrintChanges(*before_, now);
  }
  before_ = std::move(now);
  JudgeEverything();
}

void Walk::PrintStep(const Step& step) const {
  std::printf("\n%s\n", Bold("── " + step.title).c_str());
  if (!step.text.empty()) {
    std::printf("   %s\n", step.text.c_str());
  }
  for (const std::string& file : step.files) {
    std::printf("\n    # %s\n", PathOf(file).c_str());
    PrintIndented(ReadFile(PathOf(file)));
  }
}

/// Nothing for what a pod would ask itself.
std::optional<Probe> Walk::Question(size_t row, size_t column) const {
  const Source& source = sources_[row];
  const Target& target = targets_[column];
  const auto& own = source.host->addresses;
  if (std::find(own.begin(), own.end(), target.address) != own.end()) {
    return std::nullopt;
  }
  return Probe{source.host, source.from, target.address, target.transport, target.port};
}

/// A cell whose answer `next` changes, to time the change by.
std::optional<Probe> Walk::ChangingQuestion(const k8s::Objects& next) const {
  for (size_t row = 0; row < sources_.size(); ++row) {
    for (size_t column = 0; column < targets_.size(); ++column) {
      std::optional<Probe> probe = Question(row, column);
      if (probe && probe->port != 0 &&
          Expected(cluster_.lab(), cluster_.objects(), *probe) !=
              Expected(cluster_.lab(), next, *probe)) {
        return probe;
      }
    }
  }
  return std::nullopt;
}

void Walk::ApplyTimed(const k8s::Objects& next) const {
  const std::optional<Probe> probe = ChangingQuestion(next);
  if (!probe) {
    cluster_.Apply(next);
    return;
  }
  const bool passes_after = Expected(cluster_.lab(), next, *probe);
  Pulse pulse({*probe}, std::chrono::microseconds(250));
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  const auto start = std::chrono::steady_clock::now();
  cluster_.Apply(next);
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  const auto beats = pulse.Stop();
  const auto took = MillisecondsUntil(
      beats.at(0), passes_after, start, std::chrono::steady_clock::time_point::max());
  if (took) {
    std::printf("\n   Obeyed by packets %.1f ms after the write to the API server.\n", *took);
  }
}

Matrix Walk::Ask() const {
  Matrix matrix;
  for (const Source& source : sources_) {
    matrix.sources.push_back(source.name);
  }
  for (const Target& target : targets_) {
    matrix.destinations.push_back(target.name);
  }
  std::vector<ExpectedProbe> probes;
  for (size_t row = 0; row < sources_.size(); ++row) {
    for (size_t column = 0; column < targets_.size(); ++column) {
      if (const std::optional<Probe> probe = Question(row, column)) {
        probes.push_back({*probe, Expected(cluster_.lab(), cluster_.objects(), *probe)});
      }
    }
  }
  const std::vector<bool> passed = ProbeAll(cluster_.engine(), probes);
  size_t next = 0;
  for (size_t row = 0; row < sources_.size(); ++row) {
    matrix.cells.emplace_back(targets_.size(), Cell::kNotAsked);
    for (size_t column = 0; column < targets_.size(); ++column) {
      if (Question(row, column)) {
        matrix.cells.back()[column] = passed[next++] ? Cell::kPasses : Cell::kBlocked;
      }
    }
  }
  return matrix;
}

void Walk::PrintChanges(const Matrix& before, const Matrix& now) const {
  const std::vector<CellChange> changes = Changes(before, now);
  std::printf("\n   %zu changes%s\n", changes.size(), changes.empty() ? "." : " (*):");
  for (size_t i = 0; i < std::min(changes.size(), kChangesShown); ++i) {
    const CellChange& change = changes[i];
    const std::optional<Probe> probe = Question(change.source, change.destination);
    std::printf("   * %s → %s now %s\n       %s\n",
                now.sources[change.source].c_str(),
                now.destinations[change.destination].c_str(),
                Word(change.now),
                test::Explain(cluster_.objects(), ToConnection(cluster_.lab(), *probe)).c_str());
  }
  if (changes.size() > kChangesShown) {
    std::printf("   ... and %zu more.\n", changes.size() - kChangesShown);
  }
}

void Walk::JudgeEverything() {
  const Verdict verdict = Judge(cluster_.engine(),
                                cluster_.lab(),
                                cluster_.objects(),
                                AllQuestions(cluster_.lab(), cluster_.servers().ports()));
  std::printf(
      "\n   %zu probes over TCP, UDP, SCTP and ICMP, IPv4 and IPv6: %zu contrary to the API.\n",
      verdict.probes,
      verdict.wrong.size());
  for (const std::string& wrong : verdict.wrong) {
    std::printf("   WRONG: %s\n", wrong.c_str());
  }
  wrong_ += verdict.wrong.size();
}

std::string Walk::Bold(const std::string& text) const {
  return colour_ ? "\033[1m" + text + "\033[0m" : text;
}

}  // namespace portcullis::lab
