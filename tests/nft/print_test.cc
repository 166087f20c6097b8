// SPDX-License-Identifier: Apache-2.0
//
// The canonical text, whole and by its parts. kernel_test shows that nft reads it, and reads it as
// what was printed.
#include "nft/print.h"

#include <string>

#include <catch2/catch.hpp>

#include "tests/nft/random_ruleset.h"

namespace portcullis::nft {
namespace {

using namespace std::string_literals;
using test::RandomRuleset;
using test::Seed;

std::string Print(std::vector<Statement> statements) {
  return nft::Print(Rule{std::move(statements), "", 0});
}

Set MakeSet(std::string name, std::vector<KeyType> key) {
  Set set;
  set.name = std::move(name);
  set.key = std::move(key);
  return set;
}

std::string PrintRange(KeyType type, const std::string& first, const std::string& last) {
  Set set = MakeSet("x", {type});
  set.interval = true;
  return nft::Print(set, Element{first, last, {}, ""});
}

Ruleset Example() {
  Ruleset ruleset;
  ruleset.table = "portcullis";
  ruleset.comment = "of node a";
  Set pods = MakeSet("pods4-x", {KeyType::kIpv4Addr});
  pods.comment = "pods role=frontend in namespace default";
  pods.elements = {{"\x0a\0\0\1"s, Element{"\x0a\0\0\1"s, "", {}, "default/web"}},
                   {"\x0a\0\0\2"s, Element{"\x0a\0\0\2"s, "", {}, ""}}};
  Set ports = MakeSet("ports-x", {KeyType::kInetService});
  ports.interval = true;
  ports.elements = {{"\0\x50"s, Element{"\0\x50"s, "\0\x50"s, {}, ""}}};
  Set egress = MakeSet("egress4", {KeyType::kIpv4Addr});
  egress.verdict_map = true;
  egress.elements = {
      {"\x0a\0\0\1"s,
       Element{"\x0a\0\0\1"s, "", Verdict{VerdictKind::kJump, "egress-abc"}, "default/a"}}};
  for (const Set& set :
       {pods, ports, egress, MakeSet("self6", {KeyType::kIpv6Addr, KeyType::kIpv6Addr})}) {
    ruleset.sets.emplace(set.name, set);
  }
  ruleset.chains["egress-abc"] = Chain{"egress-abc",
                                       {},
                                       "policies default/a",
                                       {Rule{{Lookup{{Field::kCtReplyIpSaddr}, "pods4-x"},
                                              Compare{Field::kL4Proto, false, 6},
                                              Lookup{{Field::kCtReplyProtoSrc}, "ports-x"},
                                              Verdict{VerdictKind::kReturn, ""}},
                                             "default/a egress[0]",
                                             7},
                                        Rule{{Counter{}, Verdict{VerdictKind::kDrop, ""}}, "", 8}}};
  ruleset.chains["postrouting"] =
      Chain{"postrouting",
            BaseHook{Hook::kPostrouting, 95},
            "",
            {Rule{{VerdictMap{{Field::kCtOriginalIpSaddr}, "egress4"}}, "", 9}}};
  return ruleset;
}

}  // namespace

TEST_CASE("a ruleset prints as nft writes it") {
  CHECK(nft::Print(Example()) == R"(table inet portcullis {
	comment "of node a"
	set pods4-x {
		type ipv4_addr
		comment "pods role=frontend in namespace default"
		elements = { 10.0.0.1 comment "default/web",
			     10.0.0.2 }
	}
	set ports-x {
		type inet_service
		flags interval
		elements = { 80 }
	}
	set self6 {
		type ipv6_addr . ipv6_addr
	}
	map egress4 {
		type ipv4_addr : verdict
		elements = { 10.0.0.1 comment "default/a" : jump egress-abc }
	}
	chain egress-abc {
		comment "policies default/a"
		ct reply ip saddr @pods4-x meta l4proto tcp ct reply proto-src @ports-x return comment "default/a egress[0]"
		counter drop
	}
	chain postrouting {
		type filter hook postrouting priority srcnat - 5; policy accept;
		ct original ip saddr vmap @egress4
	}
}
)");
}

TEST_CASE("each statement prints as nft writes it") {
  CHECK(Print({Compare{Field::kL4Proto, false, 132}}) == "meta l4proto sctp");
  CHECK(Print({Compare{Field::kL4Proto, true, 77}}) == "meta l4proto != 77");
  CHECK(Print({Compare{Field::kIpSaddr, false, 0x0a000001}}) == "ip saddr 10.0.0.1");
  CHECK(Print({Compare{Field::kIp6Daddr, true, 1}}) == "ip6 daddr != ::1");
  CHECK(Print({Compare{Field::kThDport, false, 80}}) == "th dport 80");
  CHECK(Print({Compare{Field::kIcmpv6Type, false, 134}}) == "icmpv6 type nd-router-advert");
  CHECK(Print({Compare{Field::kCtMark, false, 5}}) == "ct mark 0x00000005");
  CHECK(Print({Compare{Field::kCtState, false, kCtStateNew}}) == "ct state == 0x00000008");
  CHECK(Print({Compare{Field::kCtDirection, false, kCtReply}}) == "ct direction reply");
  CHECK(Print({Compare{Field::kFibSaddrType, true, kFibLocal}}) == "fib saddr type != local");
  CHECK(Print({MaskedCompare{Field::kCtMark, 0xff000000, false, 0x01000000}}) ==
        "ct mark & 0xff000000 == 0x01000000");
  CHECK(Print({MaskedCompare{Field::kCtMark, 0xff000000, true, 0xff000000}}) ==
        "ct mark & 0xff000000 != 0xff000000");
  CHECK(Print({AnyBit{Field::kCtState, kCtStateInvalid | kCtStateUntracked}}) ==
        "ct state invalid,untracked");
  CHECK(Print({AnyBit{Field::kCtState, kCtStateNew | 0x80}}) == "ct state new,0x00000080");
  CHECK(Print({InRange{Field::kThDport, 80, 90}}) == "th dport 80-90");
  CHECK(Print({Lookup{{Field::kCtOriginalIpSaddr, Field::kCtReplyIpSaddr}, "self4"}}) ==
        "ct original ip saddr . ct reply ip saddr @self4");
  CHECK(Print({Lookup{{Field::kCtReplyIpSaddr}, "known4", true}}) ==
        "ct reply ip saddr != @known4");
  CHECK(Print({InBlock{Field::kCtOriginalIp6Saddr, *Cidr::Parse("fd00:1::/64")}}) ==
        "ct original ip6 saddr fd00:1::/64");
  CHECK(Print({VerdictMap{{Field::kIp6Saddr}, "egress6"}}) == "ip6 saddr vmap @egress6");
  CHECK(Print({SetCtMark{0xff000000, 0x01000000}}) ==
        "ct mark set ct mark & 0x00ffffff | 0x01000000");
  CHECK(Print({Limit{50, 100}}) == "limit rate 50/second burst 100 packets");
  CHECK(Print({Log{"ingress-x", 10310, 128}}) ==
        "log prefix \"ingress-x\" group 10310 snaplen 128");
  CHECK(Print({Log{"", 0, 0}}) == "log group 0");
  CHECK(Print({Counter{}, Verdict{VerdictKind::kGoto, "no-entry"}}) == "counter goto no-entry");
  CHECK(nft::Print(Rule{{}, "nothing but words", 0}) == "comment \"nothing but words\"");
}

TEST_CASE("a range prints as a prefix exactly where it is one") {
  CHECK(PrintRange(KeyType::kIpv4Addr, "\x0a\0\0\0"s, "\x0a\xff\xff\xff"s) == "10.0.0.0/8");
  CHECK(PrintRange(KeyType::kIpv4Addr, "\x0a\0\0\0"s, "\x0a\0\0\1"s) == "10.0.0.0/31");
  CHECK(PrintRange(KeyType::kIpv4Addr, "\x0a\0\0\1"s, "\x0a\0\0\2"s) == "10.0.0.1-10.0.0.2");
  CHECK(PrintRange(KeyType::kIpv4Addr, "\x0a\0\0\1"s, "\x0a\0\0\1"s) == "10.0.0.1");
  CHECK(PrintRange(KeyType::kIpv4Addr, "\0\0\0\0"s, "\xff\xff\xff\xff"s) == "0.0.0.0/0");
  CHECK(PrintRange(KeyType::kIpv6Addr,
                   "\xfd" + std::string(15, '\0'),
                   "\xfd" + std::string(15, '\xff')) == "fd00::/8");
  CHECK(PrintRange(KeyType::kInetService, "\x1f\x40"s, "\x1f\xa4"s) == "8000-8100");
}

TEST_CASE("priorities print by name where nft's listing does") {
  const auto print = [](Hook hook, int32_t priority) {
    Ruleset ruleset;
    ruleset.table = "t";
    ruleset.chains["c"] = Chain{"c", BaseHook{hook, priority}, "", {}};
    const std::string text = nft::Print(ruleset);
    const size_t start = text.find("priority ") + 9;
    return text.substr(start, text.find(';') - start);
  };
  CHECK(print(Hook::kForward, 0) == "filter");
  CHECK(print(Hook::kOutput, -10) == "filter - 10");
  CHECK(print(Hook::kOutput, -11) == "-11");
  CHECK(print(Hook::kPostrouting, 110) == "srcnat + 10");
  CHECK(print(Hook::kInput, 101) == "101");
}

TEST_CASE("a ruleset with foreign objects prints differently from one without") {
  Ruleset ruleset = Example();
  const std::string plain = nft::Print(ruleset);
  ruleset.foreign = true;
  CHECK(nft::Print(ruleset) != plain);
}

TEST_CASE("different rulesets print differently, equal ones equally") {
  std::map<std::string, Ruleset> seen;
  for (uint32_t i = 0; i < 300; ++i) {
    INFO("seed " << Seed() << " + " << i);
    RandomRuleset random(Seed() + i);
    const Ruleset made = random.Make();
    for (const Ruleset& ruleset : {made, random.Change(made)}) {
      const auto [place, is_new] = seen.emplace(nft::Print(ruleset), ruleset);
      CHECK(place->second == ruleset);
    }
  }
}

}  // namespace portcullis::nft
