// SPDX-License-Identifier: Apache-2.0
//
// What an API server or the way to it can do wrong, while policies change: what is enforced stays
// enforced, nothing that must not pass ever does, and afterwards the rules are those of the last
// objects (10.9, 11.10).
#include <cstdio>
#include <thread>

#include <catch2/catch.hpp>

#include "tests/lab/flows.h"
#include "tests/lab/shop.h"

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kConverged(20'000);

constexpr char kDenyAll[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: deny}
spec: {podSelector: {matchLabels: {app: closed}}, policyTypes: [Ingress, Egress]})";

constexpr char kOpenOrNot[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: open-or-not}
spec: {podSelector: {matchLabels: {app: changing}}, policyTypes: [Ingress]})";

/// p12 is closed at all times, p13 is what changes, p22 and p23 are open.
struct ChangingShop : Shop {
  ChangingShop()
      : Shop(ShopSpec(Wiring::kBridged),
             {{"p12", "closed"}, {"p13", "changing"}, {"p22", "open"}, {"p23", "open"}},
             {kDenyAll}) {}

  /// Over IPv6.
  [[nodiscard]] Probe Asked(const char* from, const char* to) {
    return Question(from, to, Transport::kUdp, 80, Family::kIpv6);
  }

  /// Adds the policy over p13, or takes it away.
  void Toggle() {
    k8s::Objects changed = cluster.objects();
    if (changed.policies.size() == 1) {
      changed.policies.push_back(PolicyFromYaml(kOpenOrNot));
    } else {
      changed.policies.pop_back();
    }
    cluster.Apply(changed);
  }

  /// Everything is as the objects say, at the latest after kConverged.
  void CheckConverged() {
    const Verdict verdict = JudgeUntilRight(cluster.engine(),
                                            cluster.lab(),
                                            cluster.objects(),
                                            AllQuestions(cluster.lab(), cluster.servers().ports()),
                                            kConverged);
    INFO((verdict.wrong.empty() ? std::string() : verdict.wrong.front()));
    CHECK(verdict.wrong.empty());
  }
};

/// Runs `faults` while p22 → p23 must pass and p22 → p12 must not.
template <typename Faults>
void CheckThrough(ChangingShop& shop, const Faults& faults) {
  Pulse pulse({shop.Asked("p22", "p23"), shop.Asked("p22", "p12")});
  faults();
  shop.CheckConverged();
  const auto beats = pulse.Stop();
  CHECK(CountWrong(beats.at(0), true) == 0);
  CHECK(CountWrong(beats.at(1), false) == 0);
  for (size_t node = 0; node < 2; ++node) {
    CHECK(shop.cluster.controller(node).Running());
  }
}

TEST_CASE("Watches that break off or end lose no change (10.9)", "[lab]") {
  RequireRoot();
  ChangingShop shop;
  CheckThrough(shop, [&] {
    for (int i = 0; i < 5; ++i) {
      shop.cluster.api().CutWatches();
      shop.Toggle();
      std::this_thread::sleep_for(milliseconds(50));
      shop.cluster.api().EndWatches();
      shop.Toggle();
    }
    shop.Toggle();
  });
}

TEST_CASE("A history that is gone (410) leads to a new list (11.10)", "[lab]") {
  RequireRoot();
  ChangingShop shop;
  shop.cluster.api().SetExpireAsEvent(GENERATE(false, true));
  CheckThrough(shop, [&] {
    shop.cluster.api().Stop();
    shop.Toggle();
    shop.cluster.api().Compact();
    shop.cluster.RestartApi();
  });
}

TEST_CASE("An API server that is away leaves the rules as they are (10.9)", "[lab]") {
  RequireRoot();
  ChangingShop shop;
  CheckThrough(shop, [&] {
    shop.cluster.api().Stop();
    std::this_thread::sleep_for(milliseconds(1000));
    shop.Toggle();
    shop.cluster.RestartApi();
  });
}

TEST_CASE("An API server that answers 500 or 429 is asked again", "[lab]") {
  RequireRoot();
  ChangingShop shop;
  CheckThrough(shop, [&] {
    shop.cluster.api().FailRequests(4, 500);
    shop.cluster.api().CutWatches();
    shop.Toggle();
    std::this_thread::sleep_for(milliseconds(200));
    shop.cluster.api().FailRequests(4, 429, "1");
    shop.cluster.api().CutWatches();
  });
}

TEST_CASE("Bytes that are no event, or half of one, open nothing", "[lab]") {
  RequireRoot();
  ChangingShop shop;
  const char* bytes = GENERATE("not json at all\n",
                               "{\"type\":\"DELETED\",\"object\":{\"kind\":\"NetworkPol",
                               "{\"type\":\"MODIFIED\",\"object\":null}\n",
                               "{\"type\":\"DELETED\",\"object\":{}}\n",
                               "\0\xff\xfe[[[[[[\n");
  CheckThrough(shop, [&] {
    shop.cluster.api().Inject(bytes);
    std::this_thread::sleep_for(milliseconds(100));
    shop.cluster.api().CutWatches();
    shop.Toggle();
  });
}

TEST_CASE("Bodies that come byte by byte are understood", "[lab]") {
  RequireRoot();
  ChangingShop shop;
  CheckThrough(shop, [&] {
    shop.cluster.api().SetSlow(true);
    shop.cluster.api().CutWatches();
    shop.Toggle();
    std::this_thread::sleep_for(milliseconds(500));
    shop.cluster.api().SetSlow(false);
  });
}

TEST_CASE("A server that stalls and comes back loses no change", "[lab]") {
  RequireRoot();
  ChangingShop shop;
  CheckThrough(shop, [&] {
    shop.cluster.api().SetStalled(true);
    shop.Toggle();
    std::this_thread::sleep_for(milliseconds(1000));
    shop.cluster.api().SetStalled(false);
    shop.cluster.api().CutWatches();
  });
}

}  // namespace
}  // namespace portcullis::lab
