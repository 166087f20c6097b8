// SPDX-License-Identifier: Apache-2.0
//
// The layout of the conntrack mark, and the generation that a table tells.
#include "controller/policy/marks.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "controller/policy/compile.h"
#include "controller/policy/names.h"
#include "tests/policy/builders.h"

namespace portcullis::test {

using policy::MarkLayout;

TEST_CASE("a mask is one unbroken run of at least two bits") {
  for (const uint32_t mask : {0x3U, 0xff000000U, 0x00000ff0U, 0xffffffffU, 0xc0000000U}) {
    INFO(mask);
    CHECK(MarkLayout::FromMask(mask).has_value());
  }
  for (const uint32_t mask : {0x0U, 0x1U, 0x80000000U, 0x5U, 0xff0000ffU, 0xf0f0U}) {
    INFO(mask);
    REQUIRE_FALSE(MarkLayout::FromMask(mask).has_value());
    CHECK(MarkLayout::FromMask(mask).error().code == ErrorCode::kInvalidArgument);
  }
}

TEST_CASE("masks are read in hexadecimal and decimal, and from nothing else") {
  CHECK(MarkLayout::Parse("0xff000000").value().mask() == 0xff000000);
  CHECK(MarkLayout::Parse("0XFF00").value().mask() == 0xff00);
  CHECK(MarkLayout::Parse("65280").value().mask() == 0xff00);
  for (const char* text : {"", "0x", "ff", "0xff ", "-1", "+3", "0x1ff000000", "4294967296"}) {
    INFO(text);
    CHECK_FALSE(MarkLayout::Parse(text).has_value());
  }
}

TEST_CASE("generations, none and the node's own are different values within the mask") {
  for (const uint32_t mask : {0x3U, 0xff0000U, 0xfff00000U}) {
    const MarkLayout marks = MarkLayout::FromMask(mask).value();
    CHECK(marks.Number(0) == 0);
    CHECK(marks.Number(marks.Local()) == marks.generations() + 1);
    for (uint32_t number = 1; number <= marks.generations(); ++number) {
      const uint32_t value = marks.Generation(number);
      CHECK((value & ~mask) == 0);
      CHECK(marks.Number(value | ~mask) == number);
    }
  }
  CHECK(MarkLayout().generations() == 254);
  CHECK(MarkLayout::FromMask(3).value().generations() == 2);
}

TEST_CASE("a table tells the generation whose flows it accepts") {
  const MarkLayout marks;
  const nft::Ruleset first = CompileFor({});
  CHECK(policy::CurrentGeneration(first, marks) == 1U);
  for (const uint32_t number : {2U, 254U}) {
    CHECK(policy::CurrentGeneration(policy::WithGeneration(first, marks, number), marks) == number);
  }
  CHECK_FALSE(policy::CurrentGeneration(policy::WithGeneration(first, marks, std::nullopt), marks));
  CHECK_FALSE(policy::CurrentGeneration(first, MarkLayout::FromMask(0xff).value()));
  CHECK_FALSE(policy::CurrentGeneration({}, marks));
}

TEST_CASE("so does the table of a version that judged forwarded packets at postrouting") {
  nft::Ruleset before = policy::WithGeneration(CompileFor({}), MarkLayout(), 7);
  nft::Chain judging = before.chains.at(policy::kForwardChain);
  judging.name = "postrouting";
  before.chains.at(policy::kForwardChain).rules.clear();
  before.chains.emplace(judging.name, judging);
  CHECK(policy::CurrentGeneration(before, MarkLayout()) == 7U);
}

TEST_CASE("another generation changes rules of base chains alone") {
  const k8s::Objects objects{{MakePod("x/s", {"10.0.0.1"})}, {}, {IngressPolicy("x/deny")}};
  const nft::Ruleset first = CompileFor(objects);
  const nft::Ruleset second = policy::WithGeneration(first, MarkLayout(), 2);
  CHECK(first.sets == second.sets);
  for (const auto& [name, chain] : first.chains) {
    const bool differs = chain != second.chains.at(name);
    CHECK(differs == (name == policy::kForwardChain || name == policy::kOutputChain ||
                      name == policy::kInputChain || name == policy::kFlowsChain));
  }
  CHECK(policy::WithGeneration(second, MarkLayout(), 1) == first);
}

TEST_CASE("a flow that is cut loses its mark, and is counted by its next packet alone") {
  const MarkLayout marks;
  const nft::Ruleset table =
      CompileFor({{MakePod("x/s", {"10.0.0.1"})}, {}, {IngressPolicy("x/deny")}});
  constexpr uint32_t kForeignBits = 0x1234;
  Packet packet = ReplyPacket(Between("192.0.2.1", "10.0.0.1"), marks.Generation(7) | kForeignBits);
  for (const bool counted : {true, false}) {
    const auto walk = nft::WalkThrough(table, kForwarded, packet);
    REQUIRE(walk);
    CHECK_FALSE(walk->passes);
    const bool cut = std::any_of(walk->steps.begin(), walk->steps.end(), [](const auto& step) {
      return step.chain->name == policy::kDeniedChain && step.matched;
    });
    CHECK(cut == counted);
    CHECK(packet.entry->mark == kForeignBits);
  }
}

}  // namespace portcullis::test
