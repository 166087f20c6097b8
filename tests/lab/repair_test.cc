// SPDX-License-Identifier: Apache-2.0
//
// Another program damages the table while the controller runs: it is put right at once, without an
// event of the API, and what passed through the hole meanwhile is cut.
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include <catch2/catch.hpp>

#include "controller/policy/compile.h"
#include "nft/diff.h"
#include "tests/lab/flows.h"
#include "tests/lab/kernel_table.h"
#include "tests/lab/shop.h"

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr char kIsolatesClient[] = R"(
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: shop, name: client}
spec: {podSelector: {matchLabels: {app: client}}, policyTypes: [Ingress]})";

/// p12 client, p13 server and p14 stranger, all on node1.
struct DamagedShop : Shop {
  DamagedShop()
      : Shop(ShopSpec(Wiring::kRouted, 3),
             {{"p12", "client"}, {"p13", "server"}, {"p14", "stranger"}},
             {kOnlyFromClient}) {}

  void Nft(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {"nft"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    static_cast<void>(RunProgram(command, "", &cluster.lab().node(0).netns));
  }

  /// Without the generation, which a repair may raise.
  [[nodiscard]] std::optional<nft::Ruleset> Table() {
    nft::Snapshot snapshot = DumpTable(cluster.lab().node(0));
    if (!snapshot.table) {
      return std::nullopt;
    }
    return policy::WithGeneration(std::move(*snapshot.table), policy::MarkLayout(), std::nullopt);
  }

  [[nodiscard]] k8s::Objects WithSecondPolicy() const {
    k8s::Objects more = objects;
    more.policies.push_back(PolicyFromYaml(kIsolatesClient));
    return more;
  }

  /// The table once it has not changed for a while.
  std::optional<nft::Ruleset> Settle(const k8s::Objects& state) {
    cluster.Apply(state);
    std::this_thread::sleep_for(milliseconds(300));
    return Table();
  }
};

/// Nothing where it does not come to be within 5 s.
std::optional<milliseconds> TimeUntilTableIs(DamagedShop& shop, const nft::Ruleset& wanted) {
  const auto begun = Clock::now();
  while (Clock::now() - begun < milliseconds(5000)) {
    const auto table = shop.Table();
    if (table && nft::Diff(table, wanted).empty()) {
      return std::chrono::duration_cast<milliseconds>(Clock::now() - begun);
    }
    std::this_thread::sleep_for(milliseconds(1));
  }
  return std::nullopt;
}

const std::vector<std::vector<std::string>> kDamages = {
    {"flush", "ruleset"},
    {"delete", "table", "inet", "portcullis"},
    {"insert", "rule", "inet", "portcullis", "forward", "accept"},
    {"flush", "chain", "inet", "portcullis", "forward"},
    {"add", "chain", "inet", "portcullis", "stranger"},
};

}  // namespace

TEST_CASE("What another program does to the table is put right at once", "[lab]") {
  RequireRoot();
  DamagedShop shop;
  const auto wanted = shop.Table();
  REQUIRE(wanted);
  for (const auto& damage : kDamages) {
    const std::string what = damage.at(0) + " " + damage.at(1);
    INFO(what);
    const size_t said = shop.cluster.controller(0).Log().size();
    shop.Nft(damage);
    const auto took = TimeUntilTableIs(shop, *wanted);
    REQUIRE(took);
    CHECK(shop.cluster.controller(0).WaitForLog(
        "another program changed table inet portcullis", milliseconds(5000), said));
    std::printf(
        "%s: put right within %lld ms\n", what.c_str(), static_cast<long long>(took->count()));
    Pulse pulse({shop.Question("p12", "p13", Transport::kUdp),
                 shop.Question("p14", "p13", Transport::kUdp)});
    std::this_thread::sleep_for(milliseconds(100));
    const auto beats = pulse.Stop();
    CHECK(CountWrong(beats.at(0), true) == 0);
    CHECK(CountWrong(beats.at(1), false) == 0);
    CHECK_FALSE(beats.at(0).empty());
  }
}

// The controller writes an event's own change on top of whatever is there: a change of the table
// that it has not heard of yet may be under it, or may have it refused.
TEST_CASE("A table that is damaged while events change it ends as they ask", "[lab]") {
  RequireRoot();
  DamagedShop shop;
  const std::array<k8s::Objects, 2> states = {shop.objects, shop.WithSecondPolicy()};
  std::array<std::optional<nft::Ruleset>, 2> wanted;
  for (const size_t i : {size_t{1}, size_t{0}}) {
    wanted.at(i) = shop.Settle(states.at(i));
    REQUIRE(wanted.at(i));
  }
  for (size_t round = 0; round < 4 * kDamages.size(); ++round) {
    const auto& damage = kDamages.at(round % kDamages.size());
    INFO("round " << round << ": " << damage.at(0) << " " << damage.at(1));
    {
      const std::jthread other([&] { shop.Nft(damage); });
      std::this_thread::sleep_for(milliseconds(round % 7));
      shop.cluster.Apply(states.at((round + 1) % 2));
    }
    REQUIRE(TimeUntilTableIs(shop, *wanted.at((round + 1) % 2)));
  }
}

TEST_CASE("What others do to their own tables is no reason to write, and no conflict", "[lab]") {
  RequireRoot();
  DamagedShop shop;
  const size_t said = shop.cluster.controller(0).Log().size();
  std::atomic<bool> done = false;
  {
    const std::jthread other([&] {
      while (!done) {
        shop.Nft({"add", "table", "inet", "other"});
        shop.Nft({"delete", "table", "inet", "other"});
      }
    });
    for (int i = 0; i < 10; ++i) {
      shop.cluster.Apply(i % 2 == 0 ? shop.WithSecondPolicy() : shop.objects);
      std::this_thread::sleep_for(milliseconds(50));
    }
    done = true;
  }
  CHECK_FALSE(shop.cluster.controller(0).WaitForLog("another program", milliseconds(500), said));
  CHECK_FALSE(shop.cluster.controller(0).WaitForLog("not_enforced", milliseconds(0), said));
}

}  // namespace portcullis::lab
