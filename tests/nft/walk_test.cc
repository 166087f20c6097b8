// SPDX-License-Identifier: Apache-2.0
//
// The interpreter of a table, rule by rule. That it does as the kernel does is the packet lab's to
// show; tests/policy use it as their judge.
#include "nft/walk.h"

#include <catch2/catch.hpp>

namespace portcullis::nft {
namespace {

const Verdict kAccept{VerdictKind::kAccept, ""};
const Verdict kDrop{VerdictKind::kDrop, ""};
const Verdict kReturn{VerdictKind::kReturn, ""};

Verdict JumpTo(const std::string& chain) {
  return {VerdictKind::kJump, chain};
}

Verdict GotoChain(const std::string& chain) {
  return {VerdictKind::kGoto, chain};
}

Compare TcpIs() {
  return {Field::kL4Proto, /*negated=*/false, 6};
}

/// A table whose base chain at forward has these rules, beside `others`.
Ruleset Table(std::vector<Rule> rules, const std::vector<Chain>& others = {}) {
  Ruleset ruleset;
  ruleset.chains["forward"] = {"forward", BaseHook{Hook::kForward, 0}, "", std::move(rules)};
  for (const Chain& chain : others) {
    ruleset.chains[chain.name] = chain;
  }
  return ruleset;
}

Packet TcpPacket() {
  Packet packet;
  packet.source = *IpAddress::Parse("10.0.0.1");
  packet.destination = *IpAddress::Parse("10.0.0.2");
  packet.destination_port = 80;
  packet.entry = FlowEntry{packet.source, packet.destination, 80, 0, kCtStateNew, kCtOriginal};
  return packet;
}

Result<Walk> WalkOf(const Ruleset& ruleset) {
  Packet packet = TcpPacket();
  return WalkThrough(ruleset, kForwarded, packet);
}

/// "chain:comment" of each rule that matched.
std::vector<std::string> Matched(const Walk& walk) {
  std::vector<std::string> texts;
  for (const Step& step : walk.steps) {
    if (step.matched) {
      texts.push_back(step.chain->name + ":" + step.rule->comment);
    }
  }
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a packet that no rule decides about passes") {
  const Ruleset table = Table({{{Counter{}}, "counts"}});
  const auto walk = WalkOf(table);
  REQUIRE(walk.has_value());
  CHECK(walk->passes);
  CHECK(walk->Decision() == nullptr);
  CHECK(Matched(*walk) == Texts{"forward:counts"});
}

TEST_CASE("the walk tells each rule that was met, and which one decided") {
  const Ruleset table =
      Table({{{Compare{Field::kL4Proto, false, 17}, kDrop}, "no udp"},
             {{TcpIs(), JumpTo("a")}, "to a"},
             {{kAccept}, "never met"}},
            {{"a", std::nullopt, "", {{{TcpIs(), GotoChain("b")}, "to b"}, {{kAccept}, "no"}}},
             {"b", std::nullopt, "", {{{Counter{}, kDrop}, "drops", 7}}}});
  const auto walk = WalkOf(table);
  REQUIRE(walk.has_value());
  CHECK_FALSE(walk->passes);
  CHECK(walk->steps.size() == 4);
  CHECK_FALSE(walk->steps.front().matched);
  CHECK(Matched(*walk) == Texts{"forward:to a", "a:to b", "b:drops"});
  REQUIRE(walk->Decision() != nullptr);
  CHECK(walk->Decision()->rule->handle == 7);
}

TEST_CASE("return goes on behind the jump; behind a goto it goes on behind the jump before") {
  const Ruleset table =
      Table({{{JumpTo("a")}, "to a"}, {{Counter{}}, "behind"}},
            {{"a", std::nullopt, "", {{{GotoChain("b")}, "to b"}, {{kDrop}, "not met"}}},
             {"b", std::nullopt, "", {{{kReturn}, "returns"}, {{kDrop}, "not met"}}}});
  const auto walk = WalkOf(table);
  REQUIRE(walk.has_value());
  CHECK(walk->passes);
  CHECK(Matched(*walk) == Texts{"forward:to a", "a:to b", "b:returns", "forward:behind"});
}

TEST_CASE("a block holds for its addresses, and a negated lookup for those that a set lacks") {
  const auto passes = [](Statement statement) {
    Ruleset table = Table({{{std::move(statement), kDrop}, ""}});
    const std::string address = IpAddress::Parse("10.0.0.1")->Bytes();
    table.sets["has"] = {"has", {KeyType::kIpv4Addr}, false, false, "", {}};
    table.sets["has"].elements[address] = {address, "", {}, ""};
    table.sets["lacks"] = {"lacks", {KeyType::kIpv4Addr}, false, false, "", {}};
    table.sets["has6"] = {"has6", {KeyType::kIpv6Addr}, false, false, "", {}};
    Packet packet = TcpPacket();
    return LetsPass(table, kForwarded, packet).value();
  };
  const Field source = Field::kCtOriginalIpSaddr;
  CHECK_FALSE(passes(InBlock{source, *Cidr::Parse("10.0.0.0/24")}));
  CHECK(passes(InBlock{source, *Cidr::Parse("10.0.1.0/24")}));
  CHECK(passes(InBlock{Field::kCtOriginalIp6Saddr, *Cidr::Parse("::/0")}));
  CHECK_FALSE(passes(Lookup{{source}, "has"}));
  CHECK(passes(Lookup{{source}, "has", true}));
  CHECK(passes(Lookup{{source}, "lacks"}));
  CHECK_FALSE(passes(Lookup{{source}, "lacks", true}));
  // An IPv4 packet has no such field, and the rule ends.
  CHECK(passes(Lookup{{Field::kCtOriginalIp6Saddr}, "has6", true}));
}

TEST_CASE("LetsPass says the same without a memory of the way") {
  Packet packet = TcpPacket();
  CHECK_FALSE(LetsPass(Table({{{TcpIs(), kDrop}, ""}}), kForwarded, packet).value());
  CHECK(LetsPass(Table({{{TcpIs(), kDrop}, ""}}), kToNode, packet).value());
}

TEST_CASE("a table that cannot be walked is an error that names the rule") {
  const auto [broken, text] = GENERATE(table<Ruleset, std::string>(
      {{Table({{{Foreign{}, kDrop}, "", 9}}), "chain forward, rule 9: a statement"},
       {Table({{{JumpTo("none")}, "to none"}}), "there is no chain none"},
       {Table({{{Lookup{{Field::kIpSaddr}, "none"}}, "looks"}}),
        "chain forward, rule \"looks\": there is no set none"},
       {Table({{{JumpTo("a")}, ""}}, {{"a", std::nullopt, "", {{{JumpTo("a")}, ""}}}}),
        "jumps nest too deep"}}));
  const auto walk = WalkOf(broken);
  REQUIRE_FALSE(walk.has_value());
  CHECK_THAT(walk.error().message, Catch::Contains(text));
}

TEST_CASE("a foreign rule that the packet does not meet is no error") {
  const auto walk = WalkOf(Table({{{TcpIs(), kAccept}, "accepts"}, {{Foreign{}}, "behind"}}));
  REQUIRE(walk.has_value());
  CHECK(walk->passes);
}

}  // namespace portcullis::nft
