// SPDX-License-Identifier: Apache-2.0
//
// Where to listen: what is understood, and what is refused with a word on what is expected.
#include "controller/serving/listen_address.h"

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

TEST_CASE("An address to listen on may be IPv4, IPv6 in brackets, or left out", "[listen]") {
  const auto all = ListenAddress::Parse(":10310");
  REQUIRE(all.has_value());
  CHECK_FALSE(all->address.has_value());
  CHECK(all->port == 10310);
  CHECK(ListenAddress::Parse("127.0.0.1:1") ==
        ListenAddress{IpAddress::Parse("127.0.0.1"), uint16_t{1}});
  CHECK(ListenAddress::Parse("[::1]:65535") ==
        ListenAddress{IpAddress::Parse("::1"), uint16_t{65535}});
  CHECK(ListenAddress::Parse("[::]:10310")->address == IpAddress::Parse("::"));
}

TEST_CASE("An address reads as it was written", "[listen]") {
  const std::string text = GENERATE(":10310", "127.0.0.1:10310", "[::1]:10310", "0.0.0.0:1");
  CHECK(ListenAddress::Parse(text)->ToString() == text);
}

TEST_CASE("What is no address to listen on is refused with what is expected", "[listen]") {
  const std::string text = GENERATE("",
                                    "10310",
                                    ":",
                                    ":0",
                                    ":65536",
                                    ":-1",
                                    ":1x",
                                    ": 1",
                                    "localhost:80",
                                    "127.0.0.1",
                                    "::1:80",
                                    "[::1]",
                                    "[::1]80",
                                    "[]:80",
                                    "[127.0.0.1]:80",
                                    "[fe80::1%eth0]:80",
                                    "http://:80",
                                    "1.2.3:80");
  CAPTURE(text);
  const auto parsed = ListenAddress::Parse(text);
  REQUIRE_FALSE(parsed.has_value());
  CHECK(parsed.error().code == ErrorCode::kInvalidArgument);
  CHECK(parsed.error().message.find("127.0.0.1:10310") != std::string::npos);
}

}  // namespace
}  // namespace portcullis
