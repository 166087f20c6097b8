// SPDX-License-Identifier: Apache-2.0
//
// Random damage to good JSON and protobuf: whatever the decoders make of it, they end, stay within
// their memory (the sanitizers watch) and never report success with a value that breaks the
// invariants of types.h. The seed is printed; set PORTCULLIS_SEED to repeat a run.
#include <algorithm>
#include <array>
#include <cstdlib>

#include <catch2/catch.hpp>

#include "k8s-client/decode.h"
#include "k8s-client/wire_json.h"
#include "k8s-client/wire_protobuf.h"
#include "tests/k8s-client/random_objects.h"
#include "tests/k8s-client/seed.h"
#include "tests/support/api/to_json.h"
#include "tests/support/api/to_protobuf.h"

namespace portcullis::test {
namespace {

constexpr int kRounds = 4'000;

std::string Mutate(std::string text, RandomObjects& random) {
  static const std::array<std::string, 14> kSnippets = {"{",
                                                        "}",
                                                        "[",
                                                        "]",
                                                        ",",
                                                        ":",
                                                        "\"",
                                                        "\\u",
                                                        "null",
                                                        "1e999",
                                                        "-0",
                                                        "true",
                                                        "\xff",
                                                        "{\"a\":1}"};
  for (size_t i = random.Below(4) + 1; i > 0; --i) {
    const size_t at = random.Below(text.size() + 1);
    switch (random.Below(5)) {
      case 0:
        text.resize(at);
        break;
      case 1:
        text.insert(at, kSnippets.at(random.Below(kSnippets.size())));
        break;
      case 2:
        text.erase(at, random.Below(8));
        break;
      case 3:
        if (at < text.size()) {
          text[at] = static_cast<char>(random.Below(256));
        }
        break;
      default: {
        const std::string piece = text.substr(at, random.Below(40));
        text.insert(random.Below(text.size() + 1), piece);
      }
    }
  }
  return text;
}

bool IsCanonical(const k8s::LabelSelector& selector) {
  const auto& list = selector.requirements;
  return (selector.valid || list.empty()) && std::is_sorted(list.begin(), list.end()) &&
         std::adjacent_find(list.begin(), list.end()) == list.end();
}

struct PeerCheck {
  bool operator()(const k8s::PodPeer& peer) const {
    return (peer.pod_selector || peer.namespace_selector) &&
           (!peer.pod_selector || IsCanonical(*peer.pod_selector)) &&
           (!peer.namespace_selector || IsCanonical(*peer.namespace_selector));
  }
  bool operator()(const k8s::IpBlock& block) const {
    return std::all_of(block.except.begin(), block.except.end(), [&](const Cidr& except) {
      return block.cidr.Contains(except) && except != block.cidr;
    });
  }
};

bool IsGood(const k8s::PolicyPort& port) {
  const auto* range = port.port ? std::get_if<k8s::PortRange>(&*port.port) : nullptr;
  return range == nullptr || (range->first >= 1 && range->first <= range->last);
}

bool AreGood(const std::vector<k8s::PolicyRule>& rules) {
  return std::all_of(rules.begin(), rules.end(), [](const k8s::PolicyRule& rule) {
    const bool peers =
        !rule.peers ||
        std::all_of(rule.peers->begin(), rule.peers->end(), [](const k8s::Peer& peer) {
          return std::visit(PeerCheck{}, peer);
        });
    return peers && (!rule.ports || std::all_of(rule.ports->begin(), rule.ports->end(), IsGood));
  });
}

TEST_CASE("Damaged objects never break a decoder or an invariant") {
  const uint64_t seed = SeedOfRun();
  INFO("PORTCULLIS_SEED=" << seed);
  RandomObjects random(seed);
  size_t decoded = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string text = Mutate(ToJson(random.Policy()), random);
    CAPTURE(text);
    const auto policy = k8s::DecodeNetworkPolicy(text);
    decoded += policy ? 1U : 0U;
    if (policy) {
      REQUIRE_FALSE(policy->meta.key.name.empty());
      REQUIRE(IsCanonical(policy->pod_selector));
      REQUIRE(AreGood(policy->ingress));
      REQUIRE(AreGood(policy->egress));
      REQUIRE((policy->isolates_ingress || policy->isolates_egress));
    }
    const auto pod = k8s::DecodePod(Mutate(ToJson(random.Pod()), random));
    if (pod) {
      REQUIRE_FALSE(pod->meta.key.name.empty());
      for (const k8s::ContainerPort& port : pod->ports) {
        REQUIRE_FALSE(port.name.empty());
        REQUIRE(port.port != 0);
      }
    }
    const auto ns = k8s::DecodeNamespace(Mutate(ToJson(random.Namespace()), random));
    REQUIRE((!ns || ns->meta.labels.at("kubernetes.io/metadata.name") == ns->meta.key.name));
    const auto node = k8s::DecodeNode(Mutate(ToJson(random.Node()), random));
    REQUIRE((!node || !node->meta.key.name.empty()));
  }
  CHECK(decoded > 0);  // Else the damage is so great that nothing was tested.
}

void CheckInvariants(const k8s::Pod& pod) {
  REQUIRE_FALSE(pod.meta.key.name.empty());
  for (const k8s::ContainerPort& port : pod.ports) {
    REQUIRE_FALSE(port.name.empty());
    REQUIRE(port.port != 0);
  }
}

/// Reads damaged bytes as everything that they could be.
void ReadAll(k8s::Wire<k8s::Pod>& wire, std::string list, const std::string& event) {
  const auto page = wire.DecodePage(list);
  if (page) {
    REQUIRE_FALSE(page->resource_version.empty());
    std::for_each(page->objects.begin(), page->objects.end(), CheckInvariants);
  }
  const auto decoded = wire.DecodeEvent(event);
  if (decoded && decoded->reading.good() && decoded->type == k8s::EventType::kAdded) {
    CheckInvariants(decoded->reading.object);
  }
  REQUIRE(k8s::DecodeStatus(list).message.size() <= 600);
}

TEST_CASE("Damaged lists and events of JSON never break their readers") {
  const uint64_t seed = SeedOfRun();
  INFO("PORTCULLIS_SEED=" << seed);
  RandomObjects random(seed);
  const auto wire = k8s::json::MakeWire<k8s::Pod>();
  for (int round = 0; round < kRounds; ++round) {
    const std::string pod = ToJson(random.Pod());
    std::string list = R"({"metadata":{"resourceVersion":"7"},"items":[)";
    list.append(pod).append(",").append(pod).append("]}");
    list = Mutate(std::move(list), random);
    CAPTURE(list);
    ReadAll(*wire, list, Mutate(R"({"type":"ADDED","object":)" + pod + "}", random));
  }
}

TEST_CASE("Damaged lists and events of protobuf never break their readers") {
  const uint64_t seed = SeedOfRun();
  INFO("PORTCULLIS_SEED=" << seed);
  RandomObjects random(seed);
  const auto wire = k8s::protobuf::MakeWire<k8s::Pod>();
  size_t decoded = 0;
  for (int round = 0; round < kRounds; ++round) {
    const std::string pod = ToProtobuf(random.Pod());
    const std::string list = Mutate(ProtobufList("PodList", "v1", "7", "", {&pod, &pod}), random);
    ReadAll(*wire, list, Mutate(ProtobufEvent("ADDED", "Pod", "v1", pod), random));
    std::string copy = list;
    decoded += wire->DecodePage(copy) ? 1U : 0U;
  }
  CHECK(decoded > 0);
}

TEST_CASE(
    "Every beginning of a good message of protobuf is refused or understood, never over-read") {
  const std::string pod = ToProtobuf(RandomObjects(7).Pod());
  const std::string event = ProtobufEvent("ADDED", "Pod", "v1", pod);
  const auto wire = k8s::protobuf::MakeWire<k8s::Pod>();
  for (size_t size = 0; size < event.size(); ++size) {
    // In memory of exactly that size, so that the sanitizer sees a byte too many.
    const std::vector<char> exact(event.begin(), event.begin() + static_cast<ptrdiff_t>(size));
    CAPTURE(size);
    CHECK_FALSE(wire->DecodeEvent({exact.data(), exact.size()}).has_value());
  }
}

}  // namespace
}  // namespace portcullis::test
