// SPDX-License-Identifier: Apache-2.0
//
// Addresses, blocks and set arithmetic: what is read and refused (5.6), and range operations
// compared with a membership test address by address.
#include "base/ip.h"

#include <random>

#include <catch2/catch.hpp>

namespace portcullis::test {
namespace {

std::string ReadAddress(const char* text) {
  const auto address = IpAddress::Parse(text);
  return address ? address->ToString() : "refused";
}

std::string ReadCidr(const char* text) {
  const auto cidr = Cidr::Parse(text);
  return cidr ? cidr->ToString() : "refused";
}

IpAddress Ip(const std::string& text) {
  return IpAddress::Parse(text).value();
}

/// 0.0.0.n, or ::n.
IpAddress Small(Family family, unsigned n) {
  return Ip(family == Family::kIpv4 ? "0.0.0." + std::to_string(n) : "ff::" + std::to_string(n));
}

bool IsIn(const std::vector<AddressRange>& ranges, const IpAddress& address) {
  for (const AddressRange& range : ranges) {
    if (range.first <= address && address <= range.last) {
      return true;
    }
  }
  return false;
}

/// Sorted, of one family each, and with a gap between any two.
bool IsCanonical(const std::vector<AddressRange>& ranges) {
  for (size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].first.family() != ranges[i].last.family() || ranges[i].last < ranges[i].first) {
      return false;
    }
    if (i > 0 && ranges[i - 1].last.family() == ranges[i].first.family()) {
      const auto next = ranges[i - 1].last.Next();
      if (!next || !(*next < ranges[i].first)) {
        return false;
      }
    }
  }
  return true;
}

unsigned Below(std::mt19937& engine, unsigned bound) {
  return static_cast<unsigned>(engine()) % bound;
}

std::vector<AddressRange> RandomRanges(std::mt19937& engine) {
  std::vector<AddressRange> ranges;
  for (unsigned count = Below(engine, 6); count > 0; --count) {
    const Family family = Below(engine, 2) == 0 ? Family::kIpv4 : Family::kIpv6;
    const unsigned first = Below(engine, 10);
    ranges.push_back({Small(family, first), Small(family, first + Below(engine, 10 - first))});
  }
  return ranges;
}

}  // namespace

TEST_CASE("addresses are read as the API server reads them, and written canonically (5.6)") {
  CHECK(ReadAddress("10.0.0.1") == "10.0.0.1");
  CHECK(ReadAddress("010.001.0.08") == "10.1.0.8");
  CHECK(ReadAddress("FD00:0:0::1") == "fd00::1");
  CHECK(ReadAddress("::ffff:10.0.0.1") == "10.0.0.1");
  CHECK(ReadAddress("::ffff:010.0.0.1") == "10.0.0.1");
  CHECK(ReadAddress("::ffff:a00:1") == "10.0.0.1");
  CHECK(ReadAddress("::") == "::");
}

TEST_CASE("what is no address is refused") {
  for (const char* text : {"",
                           "10.0.0",
                           "10.0.0.1.2",
                           "10.0.0.256",
                           "10.0.0.-1",
                           "10.0.0.1 ",
                           "0x0a.0.0.1",
                           "10..0.1",
                           "a.b.c.d",
                           ":::",
                           "fe80::1%eth0",
                           "fd00::g",
                           "::ffff:10.0.0.256",
                           "1:2:3:4:5:6:7:8:9",
                           "10.0.0.1/32"}) {
    INFO(text);
    CHECK(ReadAddress(text) == "refused");
  }
}

TEST_CASE("blocks lose their host bits, whatever their spelling (5.6)") {
  CHECK(ReadCidr("10.1.2.3/8") == "10.0.0.0/8");
  CHECK(ReadCidr("010.1.0.0/016") == "10.1.0.0/16");
  CHECK(ReadCidr("0.0.0.0/0") == "0.0.0.0/0");
  CHECK(ReadCidr("10.0.0.1/32") == "10.0.0.1/32");
  CHECK(ReadCidr("fd00::1/64") == "fd00::/64");
  CHECK(ReadCidr("::/0") == "::/0");
  CHECK(ReadCidr("::ffff:10.1.2.3/104") == "10.0.0.0/8");
  CHECK(ReadCidr("::ffff:0:0/96") == "0.0.0.0/0");
}

TEST_CASE("what is no block is refused") {
  for (const char* text : {"",
                           "10.0.0.0",
                           "10.0.0.0/",
                           "10.0.0.0/33",
                           "10.0.0.0/-1",
                           "/8",
                           "10.0.0.0/8/8",
                           "fd00::/129",
                           "::ffff:10.0.0.0/8",
                           "10.0.0.0/a"}) {
    INFO(text);
    CHECK(ReadCidr(text) == "refused");
  }
}

TEST_CASE("bytes make an address of 4 or 16 of them, and nothing else") {
  for (const char* text : {"10.0.0.1", "fd00::1"}) {
    CHECK(IpAddress::FromBytes(Ip(text).Bytes()) == Ip(text));
  }
  for (const size_t size : {size_t{0}, size_t{3}, size_t{5}, size_t{15}, size_t{17}}) {
    CHECK_FALSE(IpAddress::FromBytes(std::string(size, '\1')));
  }
}

TEST_CASE("neighbours of an address carry over bytes, and do not wrap around") {
  CHECK(Ip("10.0.0.255").Next() == Ip("10.0.1.0"));
  CHECK(Ip("10.0.1.0").Previous() == Ip("10.0.0.255"));
  CHECK(Ip("fd00::ffff").Next() == Ip("fd00::1:0"));
  CHECK_FALSE(Ip("255.255.255.255").Next());
  CHECK_FALSE(Ip("0.0.0.0").Previous());
  CHECK_FALSE(Ip("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff").Next());
  CHECK_FALSE(Ip("::").Previous());
}

TEST_CASE("IPv4 sorts before IPv6, then by value") {
  CHECK(Ip("255.255.255.255") < Ip("::"));
  CHECK(Ip("9.0.0.0") < Ip("10.0.0.0"));
}

TEST_CASE("a block contains its addresses and its sub-blocks, of its family only") {
  const Cidr cidr = Cidr::Parse("10.0.0.0/30").value();
  CHECK(cidr.Contains(Ip("10.0.0.3")));
  CHECK_FALSE(cidr.Contains(Ip("10.0.0.4")));
  CHECK_FALSE(Cidr::Parse("0.0.0.0/0").value().Contains(Ip("::1")));
  CHECK(cidr.Contains(Cidr::Parse("10.0.0.2/31").value()));
  CHECK(cidr.Contains(cidr));
  CHECK_FALSE(cidr.Contains(Cidr::Parse("10.0.0.0/29").value()));
  CHECK(cidr.Range() == AddressRange{Ip("10.0.0.0"), Ip("10.0.0.3")});
}

TEST_CASE("merging joins overlapping and adjacent ranges up to the last address (5.10)") {
  const IpAddress last = Ip("255.255.255.255");
  CHECK(Merge({{Ip("10.0.0.4"), last}, {Ip("10.0.0.0"), Ip("10.0.0.3")}, {last, last}}) ==
        std::vector<AddressRange>{{Ip("10.0.0.0"), last}});
  CHECK(Merge({{last, last}, {Ip("::"), Ip("::")}}).size() == 2);
}

TEST_CASE("subtracting all leaves nothing, at the ends of the family too (5.2)") {
  const AddressRange all = Cidr::Parse("0.0.0.0/0").value().Range();
  CHECK(Subtract({all}, {all}).empty());
  const AddressRange upper = Cidr::Parse("128.0.0.0/1").value().Range();
  CHECK(Subtract({all}, {upper}) ==
        std::vector<AddressRange>{Cidr::Parse("0.0.0.0/1").value().Range()});
}

TEST_CASE("merging and subtracting agree with asking for each address") {
  std::mt19937 engine(7);
  for (int round = 0; round < 3000; ++round) {
    const auto a = RandomRanges(engine);
    const auto b = RandomRanges(engine);
    const auto merged = Merge(a);
    const auto left = Subtract(a, b);
    REQUIRE(IsCanonical(merged));
    REQUIRE(IsCanonical(left));
    for (const Family family : {Family::kIpv4, Family::kIpv6}) {
      for (unsigned n = 0; n < 11; ++n) {
        const IpAddress address = Small(family, n);
        REQUIRE(IsIn(merged, address) == IsIn(a, address));
        REQUIRE(IsIn(left, address) == (IsIn(a, address) && !IsIn(b, address)));
      }
    }
  }
}

}  // namespace portcullis::test
