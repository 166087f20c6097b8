// SPDX-License-Identifier: Apache-2.0
//
// A group that many policies make: what a first packet meets stays bounded, and the chains still
// read as an explanation. That they decide rightly is for random_groups_test.
#include "controller/policy/group_cells.h"

#include <set>

#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using k8s::Protocol;

/// x/s, selected by `count` policies, each from pods of its own to the ports that `ports` gives.
template <typename Ports>
nft::Ruleset Selected(int count, const Ports& ports) {
  k8s::Objects objects{
      {MakePod("x/s", {"10.0.0.1", "fd00::1"}, {{"app", "s"}})}, {MakeNamespace("x")}, {}};
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    objects.policies.push_back(IngressPolicy(
        "x/p" + number, {RuleFor({PodsWith(Label("n", number))}, ports(i))}, Label("app", "s")));
  }
  return CompileFor(objects);
}

std::vector<const nft::Chain*> ChainsWith(const nft::Ruleset& ruleset, const std::string& prefix) {
  std::vector<const nft::Chain*> chains;
  for (const auto& [name, chain] : ruleset.chains) {
    if (name.rfind(prefix, 0) == 0) {
      chains.push_back(&chain);
    }
  }
  return chains;
}

size_t CountLookups(const nft::Chain& chain) {
  size_t count = 0;
  for (const nft::Rule& rule : chain.rules) {
    for (const nft::Statement& statement : rule.statements) {
      count += std::holds_alternative<nft::Lookup>(statement) ||
                       std::holds_alternative<nft::VerdictMap>(statement)
                   ? 1U
                   : 0U;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("few allowances have a rule each, and share their sets") {
  const auto ruleset = Selected(3, [](int /*i*/) { return std::vector{Port(Protocol::kTcp, 80)}; });
  REQUIRE(ChainsWith(ruleset, "ingress-").size() == 1);
  CHECK(ChainsWith(ruleset, "ingress-").front()->rules.size() == 3 * 2 + 2 + 3);
}

TEST_CASE("allowances on the same port become one lookup for each family") {
  const auto ruleset =
      Selected(50, [](int /*i*/) { return std::vector{Port(Protocol::kTcp, 80)}; });
  const auto chains = ChainsWith(ruleset, "ingress-");
  REQUIRE(chains.size() == 2);  // The group's own, and the one of what is denied.
  CHECK(CountLookups(*chains.front()) == 2);
  CHECK(chains.front()->rules.front().comment.ends_with(" more"));
}

TEST_CASE("allowances on many ports are found by port") {
  const auto ruleset = Selected(50, [](int i) {
    return std::vector{Port(Protocol::kTcp, static_cast<uint16_t>(8000 + i % 25)),
                       Port(Protocol::kUdp, 53)};
  });
  const auto chains = ChainsWith(ruleset, "ingress-");
  CHECK(chains.size() == 1 + 25 + 1);
  for (const nft::Chain* chain : chains) {
    INFO(chain->name);
    CHECK(CountLookups(*chain) <= 3);
  }
}

TEST_CASE("ranges are cut where another one begins or ends") {
  const auto ruleset = Selected(20, [](int i) {
    return i % 2 == 0 ? std::vector{Port(Protocol::kTcp, 80, 90)}
                      : std::vector{Port(Protocol::kTcp, 85, 95)};
  });
  std::set<std::string> comments;
  for (const nft::Chain* chain : ChainsWith(ruleset, "ingress-")) {
    comments.insert(chain->comment.substr(0, chain->comment.find(':')));
  }
  CHECK(comments.count("tcp 80-84") == 1);
  CHECK(comments.count("tcp 85-90") == 1);
  CHECK(comments.count("tcp 91-95") == 1);
}

TEST_CASE("a chain of cells names its policies as far as there is room") {
  const auto ruleset =
      Selected(20, [](int i) { return std::vector{Port(Protocol::kTcp, i < 2 ? 80 : 81)}; });
  for (const nft::Chain* chain : ChainsWith(ruleset, "ingress-")) {
    if (chain->name.ends_with("-tcp-80")) {
      CHECK(chain->rules.front().comment == "x/p0 ingress[0], x/p1 ingress[0]");
    } else if (chain->name.ends_with("-tcp-81")) {
      CHECK(chain->rules.front().comment ==
            "x/p10 ingress[0], x/p11 ingress[0], x/p12 ingress[0], x/p13 ingress[0], "
            "x/p14 ingress[0], x/p15 ingress[0] and 12 more");
    }
  }
}

}  // namespace portcullis::test
