// SPDX-License-Identifier: Apache-2.0
//
// The options of `portcullis run`: good and bad.
#include "controller/cli/options_run.h"

#include <cstdlib>

#include <catch2/catch.hpp>

#include "controller/process/exit_codes.h"
#include "tests/cli/parsed.h"

namespace portcullis::cli {
namespace {

Parsed<RunOptions> ParseRun(std::vector<const char*> arguments) {
  return ParseWith(AddRun, std::move(arguments));
}

TEST_CASE("run takes its options from the command line", "[options]") {
  const auto [exit, run] = ParseRun({"--kubeconfig",
                                     "/k",
                                     "--context",
                                     "c",
                                     "--node-name",
                                     "n",
                                     "--ct-mark-mask",
                                     "0x00f00000",
                                     "--log-format",
                                     "json",
                                     "--log-level",
                                     "debug",
                                     "--listen",
                                     "[::1]:10310"});
  REQUIRE_FALSE(exit.has_value());
  CHECK(run.kubeconfig == "/k");
  CHECK(run.context == "c");
  CHECK(run.node_name == "n");
  CHECK(run.marks.mask() == 0x00f00000);
  CHECK(run.log_format == LogFormat::kJson);
  CHECK(run.log_level == LogLevel::kDebug);
  CHECK(run.listen == ListenAddress{IpAddress::Parse("::1"), uint16_t{10310}});
}

TEST_CASE("run's defaults are those of its help", "[options]") {
  const RunOptions run = ParseRun({"--node-name", "n"}).options;
  CHECK(run.kubeconfig.empty());
  CHECK(run.marks.mask() == 0xff000000);
  CHECK(run.log_format == LogFormat::kText);
  CHECK(run.log_level == LogLevel::kInfo);
}

TEST_CASE("Denied flows are logged unless that is switched off", "[options]") {
  const auto run = [](std::vector<const char*> arguments) {
    arguments.insert(arguments.end(), {"--node-name", "n"});
    return ParseRun(std::move(arguments));
  };
  CHECK(run({}).options.denied_log);
  CHECK(run({}).options.denied_log_group == 10310);
  CHECK_FALSE(run({"--denied-log=false"}).options.denied_log);
  CHECK(run({"--denied-log-group", "7"}).options.denied_log_group == 7);
  CHECK(run({"--denied-log-group", "65536"}).exit == kExitUsage);
  CHECK(run({"--denied-log", "perhaps"}).exit == kExitUsage);
}

TEST_CASE("The pods' ranges are the Node's, unless they are given", "[options]") {
  const auto run = [](std::vector<const char*> arguments) {
    arguments.insert(arguments.end(), {"--node-name", "n"});
    return ParseRun(std::move(arguments));
  };
  CHECK_FALSE(run({}).options.pod_ranges.has_value());
  CHECK(run({"--pod-ranges", "10.1.0.0/24,fd00:1::/64"}).options.pod_ranges ==
        policy::PodRanges{*Cidr::Parse("10.1.0.0/24"), *Cidr::Parse("fd00:1::/64")});
  CHECK(run({"--pod-ranges", "10.1.0.0/33"}).exit == kExitUsage);
  CHECK(run({"--pod-ranges", "10.1.0.1"}).exit == kExitUsage);
  CHECK(run({"--pod-ranges", ""}).exit == kExitUsage);
}

TEST_CASE("The jitter of a start is a duration", "[options]") {
  const auto parse = [](std::vector<const char*> arguments) {
    arguments.insert(arguments.end(), {"--node-name", "n"});
    return ParseRun(std::move(arguments));
  };
  const auto jitter = [&parse](std::vector<const char*> arguments) {
    return parse(std::move(arguments)).options.start_jitter.count();
  };
  CHECK(jitter({}) == 2'000);
  CHECK(jitter({"--start-jitter", "0"}) == 0);
  CHECK(jitter({"--start-jitter", "500ms"}) == 500);
  CHECK(jitter({"--start-jitter", "3s"}) == 3'000);
  CHECK(jitter({"--start-jitter", "1m"}) == 60'000);
  for (const char* bad : {"-1s", "soon", "2h", "1000m"}) {
    INFO(bad);
    CHECK(parse({"--start-jitter", bad}).exit == kExitUsage);
  }
}

TEST_CASE("Nothing is served unless it is asked for", "[options]") {
  CHECK_FALSE(ParseRun({"--node-name", "n"}).options.listen.has_value());
}

TEST_CASE("The environment stands in for options", "[options]") {
  REQUIRE(setenv("NODE_NAME", "from-env", 1) == 0);            // NOLINT(concurrency-mt-unsafe)
  REQUIRE(setenv("PORTCULLIS_CT_MARK_MASK", "0xf0", 1) == 0);  // NOLINT(concurrency-mt-unsafe)
  REQUIRE(setenv("PORTCULLIS_LISTEN", ":1", 1) == 0);          // NOLINT(concurrency-mt-unsafe)
  const auto [exit, run] = ParseRun({});
  unsetenv("NODE_NAME");                // NOLINT(concurrency-mt-unsafe)
  unsetenv("PORTCULLIS_CT_MARK_MASK");  // NOLINT(concurrency-mt-unsafe)
  unsetenv("PORTCULLIS_LISTEN");        // NOLINT(concurrency-mt-unsafe)
  REQUIRE_FALSE(exit.has_value());
  CHECK(run.node_name == "from-env");
  CHECK(run.marks.mask() == 0xf0);
  CHECK(run.listen == ListenAddress{std::nullopt, uint16_t{1}});
}

TEST_CASE("Wrong usage of run exits with 2", "[options]") {
  CHECK(ParseRun({}).exit == kExitUsage);
  CHECK(ParseRun({"--node-name", "n", "--no-such-option"}).exit == kExitUsage);
  CHECK(ParseRun({"--node-name", "n", "--log-format", "xml"}).exit == kExitUsage);
  CHECK(ParseRun({"--node-name", "n", "--log-level", "0"}).exit == kExitUsage);
  CHECK(ParseRun({"--node-name", "n", "--ct-mark-mask", "0x101"}).exit == kExitUsage);
  CHECK(ParseRun({"--node-name", "n", "--ct-mark-mask", "zebra"}).exit == kExitUsage);
  CHECK(ParseRun({"--node-name", "n", "--listen", "10310"}).exit == kExitUsage);
  CHECK(ParseRun({"--node-name", "n", "--listen", "host:80"}).exit == kExitUsage);
}

TEST_CASE("Help is no error", "[options]") {
  CHECK(ParseRun({"--help"}).exit == kExitOk);
}

}  // namespace
}  // namespace portcullis::cli
