// SPDX-License-Identifier: Apache-2.0
//
// What the program says to a line that it does not understand: what is wrong, what was meant, where
// to look.
#include "controller/cli/parse.h"

#include <iostream>

#include <catch2/catch.hpp>

#include "controller/cli/commands.h"
#include "controller/process/exit_codes.h"
#include "tests/cli/captured.h"

#include <CLI/CLI.hpp>

namespace portcullis::cli {
namespace {

struct Answer {
  int exit = 0;
  std::string out;
  std::string complaint;
};

Answer Ask(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "portcullis");
  const Captured out(std::cout);
  const Captured complaint(std::cerr);
  const Program program = BuildProgram();
  const auto exit = Parse(*program.app, static_cast<int>(arguments.size()), arguments.data());
  return {exit.value_or(-1), out.text(), complaint.text()};
}

void CheckRefused(const std::vector<const char*>& arguments,
                  const std::string& what,
                  const std::string& whose_help) {
  const Answer answer = Ask(arguments);
  CHECK(answer.exit == kExitUsage);
  CHECK(answer.out.empty());
  CHECK(answer.complaint ==
        whose_help + ": " + what + "\nRun '" + whose_help + " --help' for what it takes.\n");
}

TEST_CASE("A mistyped command is guessed", "[parse]") {
  CheckRefused({"rum"}, "there is no command \"rum\"; did you mean run?", "portcullis");
  CheckRefused({"apply"}, "there is no command \"apply\"", "portcullis");
  CheckRefused({}, "a command is missing", "portcullis");
}

TEST_CASE("A mistyped option is guessed", "[parse]") {
  CheckRefused({"run", "--node-name=a", "--log-fromat=json"},
               "there is no option --log-fromat; did you mean --log-format?",
               "portcullis run");
  CheckRefused(
      {"--versoin"}, "there is no option --versoin; did you mean --version?", "portcullis");
}

TEST_CASE("What was given twice is said to be", "[parse]") {
  CheckRefused({"explain", "--from=a", "--from=b", "--to=c", "--port=80"},
               "--from was given more than once",
               "portcullis explain");
}

TEST_CASE("What is missing is said, and where it may come from", "[parse]") {
  CheckRefused({"run"},
               "--node-name is required; give it, or set NODE_NAME in the environment",
               "portcullis run");
  CheckRefused({"render", "--node-name", "a"}, "--filename is required", "portcullis render");
  CheckRefused({"run", "--node-name=a", "--log-format"},
               "--log-format needs a value, text|json",
               "portcullis run");
}

TEST_CASE("A wrong value is answered with the right ones", "[parse]") {
  CheckRefused({"run", "--node-name=a", "--log-format=xml"},
               "--log-format: \"xml\" is none of text, json",
               "portcullis run");
}

TEST_CASE("An argument too many is named", "[parse]") {
  CheckRefused({"version", "now"}, "\"now\" is one argument too many", "portcullis version");
}

TEST_CASE("Help is asked for in three ways", "[parse]") {
  const std::string help = Ask({"run", "--help"}).out;
  CHECK(help.find("Usage: portcullis run --node-name NODE [OPTIONS]\n") != std::string::npos);
  CHECK(Ask({"help", "run"}).out == help);
  CHECK(Ask({"run", "-h"}).out == help);
  CHECK(Ask({"help"}).exit == kExitOk);
  CHECK(Ask({"--version"}).out.rfind("portcullis ", 0) == 0);
}

}  // namespace
}  // namespace portcullis::cli
