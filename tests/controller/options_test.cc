// SPDX-License-Identifier: Apache-2.0
//
// The command line: good and bad.
#include "controller/options.h"

#include <cstdlib>

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

Command Parse(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "portcullis");
  return ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
}

int ExitCode(const Command& command) {
  const Exit* exit = std::get_if<Exit>(&command);
  return exit == nullptr ? -1 : exit->code;
}

TEST_CASE("run takes its options from the command line", "[options]") {
  const Command command = Parse({"run",
                                 "--kubeconfig",
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
  const auto* run = std::get_if<RunOptions>(&command);
  REQUIRE(run != nullptr);
  CHECK(run->kubeconfig == "/k");
  CHECK(run->context == "c");
  CHECK(run->node_name == "n");
  CHECK(run->marks.mask() == 0x00f00000);
  CHECK(run->log_format == LogFormat::kJson);
  CHECK(run->log_level == LogLevel::kDebug);
  CHECK(run->listen == ListenAddress{IpAddress::Parse("::1"), uint16_t{10310}});
}

TEST_CASE("The jitter of a start is a duration", "[options]") {
  const auto jitter = [](const std::vector<const char*>& more) {
    std::vector<const char*> arguments{"run", "--node-name", "n"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return std::get<RunOptions>(Parse(arguments)).start_jitter.count();
  };
  CHECK(jitter({}) == 2'000);
  CHECK(jitter({"--start-jitter", "0"}) == 0);
  CHECK(jitter({"--start-jitter", "500ms"}) == 500);
  CHECK(jitter({"--start-jitter", "3s"}) == 3'000);
  CHECK(jitter({"--start-jitter", "1m"}) == 60'000);
  for (const char* bad : {"-1s", "soon", "2h", "1000m"}) {
    INFO(bad);
    CHECK(ExitCode(Parse({"run", "--node-name", "n", "--start-jitter", bad})) == kExitUsage);
  }
}

TEST_CASE("Nothing is served unless it is asked for", "[options]") {
  const Command command = Parse({"run", "--node-name", "n"});
  const auto* run = std::get_if<RunOptions>(&command);
  REQUIRE(run != nullptr);
  CHECK_FALSE(run->listen.has_value());
}

TEST_CASE("cleanup stays where it is asked to", "[options]") {
  const auto stays = [](const std::vector<const char*>& arguments) {
    return std::get<CleanupOptions>(Parse(arguments)).stay;
  };
  CHECK(stays({"cleanup", "--stay"}));
  CHECK_FALSE(stays({"cleanup"}));
}

TEST_CASE("The environment stands in for options", "[options]") {
  REQUIRE(setenv("NODE_NAME", "from-env", 1) == 0);            // NOLINT(concurrency-mt-unsafe)
  REQUIRE(setenv("PORTCULLIS_CT_MARK_MASK", "0xf0", 1) == 0);  // NOLINT(concurrency-mt-unsafe)
  REQUIRE(setenv("PORTCULLIS_LISTEN", ":1", 1) == 0);          // NOLINT(concurrency-mt-unsafe)
  const Command command = Parse({"run"});
  unsetenv("NODE_NAME");                // NOLINT(concurrency-mt-unsafe)
  unsetenv("PORTCULLIS_CT_MARK_MASK");  // NOLINT(concurrency-mt-unsafe)
  unsetenv("PORTCULLIS_LISTEN");        // NOLINT(concurrency-mt-unsafe)
  const auto* run = std::get_if<RunOptions>(&command);
  REQUIRE(run != nullptr);
  CHECK(run->node_name == "from-env");
  CHECK(run->marks.mask() == 0xf0);
  CHECK(run->listen == ListenAddress{std::nullopt, uint16_t{1}});
}

TEST_CASE("Wrong usage exits with 2", "[options]") {
  CHECK(ExitCode(Parse({})) == kExitUsage);
  CHECK(ExitCode(Parse({"run"})) == kExitUsage);
  CHECK(ExitCode(Parse({"run", "--node-name", "n", "--no-such-option"})) == kExitUsage);
  CHECK(ExitCode(Parse({"run", "--node-name", "n", "--log-format", "xml"})) == kExitUsage);
  CHECK(ExitCode(Parse({"run", "--node-name", "n", "--ct-mark-mask", "0x101"})) == kExitUsage);
  CHECK(ExitCode(Parse({"run", "--node-name", "n", "--ct-mark-mask", "zebra"})) == kExitUsage);
  CHECK(ExitCode(Parse({"run", "--node-name", "n", "--listen", "10310"})) == kExitUsage);
  CHECK(ExitCode(Parse({"run", "--node-name", "n", "--listen", "host:80"})) == kExitUsage);
  CHECK(ExitCode(Parse({"render", "--node-name", "n"})) == kExitUsage);
}

TEST_CASE("Help and version are no errors", "[options]") {
  CHECK(ExitCode(Parse({"--help"})) == kExitOk);
  CHECK(ExitCode(Parse({"run", "--help"})) == kExitOk);
  CHECK(std::holds_alternative<VersionOptions>(Parse({"version"})));
  CHECK(std::holds_alternative<CleanupOptions>(Parse({"cleanup"})));
}

TEST_CASE("render takes several files", "[options]") {
  const Command command = Parse({"render", "-f", "a", "-f", "b", "--node-name", "n"});
  const auto* render = std::get_if<RenderOptions>(&command);
  REQUIRE(render != nullptr);
  CHECK(render->files == std::vector<std::string>{"a", "b"});
}

}  // namespace
}  // namespace portcullis
