// SPDX-License-Identifier: Apache-2.0
//
// Values of ruleset.h: sizes of keys and the fitting of comments.
#include "nft/ruleset.h"

#include <optional>
#include <string>

#include <catch2/catch.hpp>

namespace portcullis::nft {

TEST_CASE("KeySize adds up the parts of a key without padding") {
  CHECK(KeySize(KeyType::kIpv4Addr) == 4);
  CHECK(KeySize(KeyType::kIpv6Addr) == 16);
  CHECK(KeySize({KeyType::kIpv4Addr, KeyType::kInetService, KeyType::kIcmpv6Type}) == 7);
  CHECK(KeySize(std::vector<KeyType>{}) == 0);
}

TEST_CASE("FitComment keeps what fits as it is") {
  CHECK(FitComment("").empty());
  CHECK(FitComment("default/web ingress[0]") == "default/web ingress[0]");
  CHECK(FitComment(std::string(kCommentMax, 'x')) == std::string(kCommentMax, 'x'));
}

TEST_CASE("FitComment drops what nft's grammar cannot quote") {
  CHECK(FitComment("a \"b\"\n\tc\x7f") == "a bc");
  CHECK(FitComment(std::string("\0x", 2)) == "x");
  // Quotes go before the text is measured.
  CHECK(FitComment(std::string(kCommentMax, 'x') + "\"\"\"") == std::string(kCommentMax, 'x'));
}

TEST_CASE("FitComment cuts at a character boundary and says so") {
  CHECK(FitComment(std::string(kCommentMax + 1, 'x')) == std::string(kCommentMax - 3, 'x') + "...");
  // The 125th byte lies inside a two-byte character.
  const std::string cut = FitComment(std::string(kCommentMax - 4, 'x') + "\xc3\xa4" + "yyyy");
  CHECK(cut == std::string(kCommentMax - 4, 'x') + "...");
  std::string euros;
  for (int i = 0; i < 60; ++i) {
    euros += "\xe2\x82\xac";
  }
  CHECK(FitComment(euros) == euros.substr(0, 123) + "...");
  CHECK(FitComment(std::string(200, '\x80')).size() <= kCommentMax);
}

TEST_CASE("a rule's handle is no part of its value") {
  const Rule a{{Counter{}}, "x", 1};
  const Rule b{{Counter{}}, "x", 2};
  const Rule c{{Counter{}}, "y", 1};
  CHECK(a == b);
  CHECK((a <=> b) == std::strong_ordering::equal);
  CHECK_FALSE(a == c);
}

TEST_CASE("Rare compares and copies as an optional does") {
  const Rare<Verdict> nothing;
  const Rare<Verdict> accept = Verdict{VerdictKind::kAccept, ""};
  const Rare<Verdict> jump = Verdict{VerdictKind::kJump, "a"};
  CHECK_FALSE(nothing.has_value());
  CHECK(nothing < accept);
  CHECK(accept < jump);
  CHECK(jump == Rare<Verdict>(std::optional(Verdict{VerdictKind::kJump, "a"})));
  CHECK(nothing == Rare<Verdict>(std::optional<Verdict>()));
  Rare<Verdict> copy = jump;
  CHECK(copy == jump);
  copy = nothing;
  CHECK(copy == nothing);
  CHECK(jump->chain == "a");
}

TEST_CASE("RareText is the text, the empty one as well") {
  CHECK(RareText().empty());
  CHECK(RareText("") == RareText());
  CHECK(RareText() < RareText("a"));
  CHECK(RareText("a") < RareText("b"));
  CHECK(RareText("a").text() == "a");
  CHECK(RareText().text().empty());
}

TEST_CASE("An element that is only an address is small") {
  CHECK(sizeof(Element) <= sizeof(std::string) + 3 * sizeof(void*));
}

}  // namespace portcullis::nft
