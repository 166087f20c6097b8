// SPDX-License-Identifier: Apache-2.0
//
// The how-tos of docs/howto with packets: the cluster of its pages out of namespaces, the program
// on both nodes, and under each page's policies every row of its table is asked. Neighbour:
// tests/howto reads the pages and compares them with the oracle.
#include "tests/howto/howto.h"

#include <algorithm>
#include <cstdio>
#include <set>

#include <catch2/catch.hpp>

#include "tests/lab/cluster.h"

namespace portcullis::lab {
namespace {

using test::End;
using test::HowTo;
using test::HowTos;
using test::Outcome;
using test::Question;

Transport TransportOf(const test::Row& row) {
  return row.protocol ? static_cast<Transport>(*row.protocol) : Transport::kIcmp;
}

/// "shop/web" is no name of a namespace.
std::string NameInLab(const std::string& pod) {
  std::string name = pod;
  name.replace(name.find('/'), 1, ".");
  return name;
}

const Host& HostOf(const Lab& lab, const End& end) {
  if (end.kind == End::Kind::kPod) {
    return lab.pod(NameInLab(end.name));
  }
  for (size_t node = 0; node < lab.spec().nodes; ++node) {
    if (end.name == lab.node(node).name) {
      return lab.node(node);
    }
  }
  return lab.external();
}

/// What is neither pod nor node is outside, and so are all addresses that stand in a table.
void AddOutside(const End& end, std::vector<std::string>& addresses) {
  const bool has = std::find(addresses.begin(), addresses.end(), end.name) != addresses.end();
  if (end.kind == End::Kind::kAddress && !has && end.name != "192.168.66.100") {
    addresses.push_back(end.name);
  }
}

ClusterSpec SpecFor(const HowTos& howtos, Wiring wiring) {
  ClusterSpec spec;
  spec.lab.wiring = wiring;
  spec.lab.external.clear();
  spec.pods_per_node = 0;
  std::set<uint16_t> ports;
  for (const HowTo& page : howtos.pages) {
    for (const Question& question : page.questions) {
      AddOutside(question.from, spec.lab.external);
      AddOutside(question.to, spec.lab.external);
      if (question.row.protocol) {
        ports.insert(question.row.port);
      }
    }
  }
  spec.ports.assign(ports.begin(), ports.end());
  return spec;
}

/// The world's addresses say where its pods are: 10.244.NODE.NUMBER.
void MakePods(Cluster& cluster, const k8s::Objects& world) {
  for (const k8s::Pod& pod : world.pods) {
    if (!pod.host_network) {
      const std::string bytes = pod.addresses.at(0).Bytes();
      cluster.AddPod(static_cast<size_t>(static_cast<uint8_t>(bytes.at(2))) - 1,
                     static_cast<uint8_t>(bytes.at(3)),
                     NameInLab(pod.meta.key.ToString()));
    }
  }
}

std::vector<ExpectedProbe> ProbesOf(const Lab& lab, const HowTo& page) {
  std::vector<ExpectedProbe> out;
  for (const Question& question : page.questions) {
    Probe probe;
    probe.source = &HostOf(lab, question.from);
    if (question.from.kind != End::Kind::kPod) {
      probe.from = question.source;
    }
    probe.destination = question.destination;
    probe.transport = TransportOf(question.row);
    probe.port = question.row.port;
    out.push_back({probe, question.row.outcome != Outcome::kDenied});
  }
  return out;
}

/// Waits until the packets do what the objects say, then asks each question once.
size_t CheckPage(Cluster& cluster, const HowTo& page) {
  cluster.Apply(page.objects);
  const std::vector<ExpectedProbe> asked = ProbesOf(cluster.lab(), page);
  std::vector<Probe> probes;
  probes.reserve(asked.size());
  for (const ExpectedProbe& one : asked) {
    probes.push_back(one.probe);
  }
  CHECK(JudgeUntilRight(cluster.engine(), cluster.lab(), page.objects, probes).wrong.empty());
  const std::vector<bool> passed = ProbeAll(cluster.engine(), asked);
  for (size_t i = 0; i < asked.size(); ++i) {
    INFO(test::ToText(page, page.questions[i]));
    CHECK(passed[i] == asked[i].expected);
  }
  return asked.size();
}

TEST_CASE("Packets do what the how-tos' tables say", "[lab]") {
  RequireRoot();
  const HowTos howtos = test::ReadHowTos(PORTCULLIS_HOWTO_FOLDER);
  REQUIRE(howtos.problems.empty());
  Cluster cluster(SpecFor(howtos, GENERATE(Wiring::kBridged, Wiring::kRouted)));
  MakePods(cluster, howtos.world);
  cluster.Apply(howtos.world);
  cluster.StartControllers();
  size_t probes = 0;
  for (const HowTo& page : howtos.pages) {
    probes += CheckPage(cluster, page);
  }
  std::printf("%zu how-tos, %zu probes\n", howtos.pages.size(), probes);
}

}  // namespace
}  // namespace portcullis::lab
