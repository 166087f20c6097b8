// SPDX-License-Identifier: Apache-2.0
//
// What is taken from a command line and an environment, and what is left to the real agnhost.
#include "tests/cluster/agnhost/command_line.h"

#include <catch2/catch.hpp>

namespace portcullis::agnhost {
namespace {

using std::chrono::milliseconds;
using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("connect's flags, in both spellings and any order") {
  const auto request = ParseConnect(
      {"--timeout=1500ms", "10.0.0.1:80", "--protocol", "sctp", "--sctp-data=a=b", "--hold", "2s"});
  REQUIRE(request);
  CHECK(request->protocol == Protocol::kSctp);
  CHECK(request->timeout == milliseconds(1500));
  CHECK(request->hold == milliseconds(2000));
  CHECK(request->sctp_data == "a=b");
  CHECK(request->udp_data == "hostname");
  REQUIRE(request->target);
  CHECK(request->target->ToString() == "10.0.0.1:80");
}

TEST_CASE("what connect does not understand is for the real one") {
  CHECK_FALSE(ParseConnect({}));
  CHECK_FALSE(ParseConnect({"--help"}));
  CHECK_FALSE(ParseConnect({"10.0.0.1:80", "10.0.0.2:80"}));
  CHECK_FALSE(ParseConnect({"10.0.0.1:80", "--unknown=1"}));
  CHECK_FALSE(ParseConnect({"10.0.0.1:80", "--timeout"}));
  CHECK_FALSE(ParseConnect({"10.0.0.1:80", "--timeout=-1s"}));
  CHECK_FALSE(ParseConnect({"10.0.0.1:80", "--protocol=icmp"}));
  CHECK_FALSE(ParseConnect({"10.0.0.1:80", "--hold=1s"}));
}

TEST_CASE("durations as Go writes them") {
  CHECK(ParseDuration("0") == milliseconds(0));
  CHECK(ParseDuration("0s") == milliseconds(0));
  CHECK(ParseDuration("250ms") == milliseconds(250));
  CHECK(ParseDuration("1.5s") == milliseconds(1500));
  CHECK(ParseDuration("1m30s") == milliseconds(90000));
  CHECK(ParseDuration("1h") == milliseconds(3600000));
  CHECK(ParseDuration("2us") == std::chrono::nanoseconds(2000));
  for (const char* wrong : {"", "1", "s", "1x", "-1s", ".", "1s1", "1e3s", "99999999999h", "nan"}) {
    INFO(wrong);
    CHECK_FALSE(ParseDuration(wrong));
  }
}

TEST_CASE("targets are numeric, IPv6 in brackets; all else is a name or a mistake") {
  CHECK(ParseTarget("[fd00::1]:80")->ToString() == "[fd00::1]:80");
  CHECK(ParseTarget("[::ffff:10.0.0.1]:80")->ToString() == "10.0.0.1:80");
  for (const char* other : {"",
                            "10.0.0.1",
                            "10.0.0.1:",
                            ":80",
                            "10.0.0.1:0",
                            "10.0.0.1:65536",
                            "10.0.0.1:http",
                            "10.0.0.01:80",
                            "fd00::1:80",
                            "[10.0.0.1]:80",
                            "[fd00::1%eth0]:80",
                            "svc.cluster.local:80"}) {
    INFO(other);
    CHECK_FALSE(ParseTarget(other));
  }
}

TEST_CASE("netexec's SCTP port is taken out, wherever it stands") {
  const auto split =
      SplitNetexec({"netexec", "--http-port=80", "--sctp-port", "83", "--udp-port=81"});
  CHECK(split.sctp_port == 83);
  CHECK(split.others == Strings{"netexec", "--http-port=80", "--udp-port=81"});
  CHECK(SplitNetexec({"netexec", "--sctp-port=83"}).others == Strings{"netexec"});
}

TEST_CASE("an SCTP port that is none stays for the real netexec to judge") {
  for (const Strings& arguments : {Strings{"netexec", "--sctp-port=-1"},
                                   Strings{"netexec", "--sctp-port", "x"},
                                   Strings{"netexec", "--sctp-port"}}) {
    const auto split = SplitNetexec(arguments);
    CHECK_FALSE(split.sctp_port);
    CHECK(split.others == arguments);
  }
}

TEST_CASE("porter's environment is divided") {
  const auto split = SplitPorter(
      {"PATH=/bin", "SERVE_SCTP_PORT_82=a=b", "SERVE_SCTP_PORT_x=1", "SERVE_SCTP_PORT_83"});
  REQUIRE(split.sctp.size() == 1);
  CHECK(split.sctp.front().port == 82);
  CHECK(split.sctp.front().text == "a=b");
  CHECK(split.unusable == Strings{"SERVE_SCTP_PORT_x=1", "SERVE_SCTP_PORT_83"});
  CHECK_FALSE(split.others_served);
  CHECK(split.without_sctp == Strings{"PATH=/bin"});
  CHECK(SplitPorter({"SERVE_PORT_80=x"}).others_served);
  CHECK(SplitPorter({"SERVE_TLS_PORT_443=x"}).others_served);
}

}  // namespace portcullis::agnhost
