// SPDX-License-Identifier: Apache-2.0
//
// `portcullis explain --check-kernel` on a node whose controller keeps the table, and after
// somebody else has taken a rule away while no controller ran.
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include <sys/wait.h>

#include <catch2/catch.hpp>

#include "controller/policy/names.h"
#include "tests/lab/kernel_table.h"
#include "tests/lab/shop.h"

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;

struct Answer {
  int code = -1;
  std::string text;
};

/// p12 client, p13 server on node1; p22 client and p23 stranger on node2.
struct AskedShop : Shop {
  AskedShop()
      : Shop(ShopSpec(Wiring::kBridged),
             {{"p12", "client"}, {"p13", "server"}, {"p22", "client"}, {"p23", "stranger"}},
             {kOnlyFromClient}) {}

  /// Asked on node1.
  [[nodiscard]] Answer Ask(const std::string& from, const std::string& to) {
    const Host& node = cluster.lab().node(0);
    const std::string log = (cluster.folder() / ("answer" + std::to_string(++asked))).string();
    Process explain({{ProgramBesideThis("portcullis").string(),
                      "explain",
                      "--check-kernel",
                      "--node-name",
                      node.name,
                      "--kubeconfig",
                      cluster.kubeconfig().string(),
                      "--from",
                      from,
                      "--to",
                      to,
                      "--port",
                      "80/TCP"},
                     log},
                    node.netns);
    explain.Start();
    const auto status = explain.Wait(milliseconds(10000));
    REQUIRE(status);
    return {WIFEXITED(*status) ? WEXITSTATUS(*status) : -1, explain.Log()};
  }

  /// Deletes each rule of node1's group chains that allows by a policy; returns their number.
  size_t TakeAllowRulesAway() {
    const Host& node = cluster.lab().node(0);
    const nft::Snapshot snapshot = DumpTable(node);
    REQUIRE(snapshot.table);
    nft::ChangeSet change{policy::kTableName, {}};
    for (const auto& [name, chain] : snapshot.table->chains) {
      for (const nft::Rule& rule : chain.rules) {
        if (policy::IsGroupChain(name) && rule.comment == "shop/server ingress[0]") {
          change.operations.emplace_back(nft::DeleteRule{name, rule});
        }
      }
    }
    Commit(node, change, snapshot);
    return change.operations.size();
  }

  int asked = 0;
};

}  // namespace

TEST_CASE("explain --check-kernel agrees with a live table, and names the rules", "[lab]") {
  RequireRoot();
  AskedShop shop;
  const Answer both = shop.Ask("shop/p12", "shop/p13");
  INFO(both.text);
  CHECK(both.code == 0);
  CHECK_THAT(both.text, Catch::Contains("lets it pass, as the policies say"));
  CHECK_THAT(both.text, Catch::Contains(": \"shop/server ingress[0]\""));
  const Answer remote = shop.Ask("shop/p23", "shop/p13");
  INFO(remote.text);
  CHECK(remote.code == 1);
  CHECK_THAT(remote.text, Catch::Contains("drops it, as the policies say"));
  CHECK_THAT(remote.text, Catch::Contains(": \"not allowed by any policy of this group\""));
  const Answer elsewhere = shop.Ask("shop/p22", "shop/p23");
  INFO(elsewhere.text);
  CHECK(elsewhere.code == 0);
  CHECK_THAT(elsewhere.text, Catch::Contains("neither end is a pod that runs here"));
}

TEST_CASE("explain --check-kernel says that a damaged table differs, and where", "[lab]") {
  RequireRoot();
  AskedShop shop;
  REQUIRE(shop.cluster.controller(0).Stop());
  REQUIRE(shop.TakeAllowRulesAway() > 0);
  const Lab& lab = shop.cluster.lab();
  CHECK_FALSE(shop.Passes("p12", "p13", Transport::kTcp));
  const Answer answer = shop.Ask("shop/p12", "shop/p13");
  INFO(answer.text);
  CHECK(answer.code == 5);
  CHECK_THAT(answer.text, Catch::Contains("drops it, which is NOT what the policies say"));
  CHECK_THAT(answer.text, Catch::Contains("the policies ask for: allowed, by a rule of chain "));
  CHECK_THAT(answer.text, Catch::Contains("THE KERNEL DIFFERS"));
  RunProgram({"nft", "delete", "table", "inet", "portcullis"}, "", &lab.node(0).netns);
  const Answer none = shop.Ask("shop/p12", "shop/p13");
  INFO(none.text);
  CHECK(none.code == 5);
  CHECK_THAT(none.text, Catch::Contains("there is no table inet portcullis"));
}

}  // namespace portcullis::lab
