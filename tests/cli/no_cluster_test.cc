// SPDX-License-Identifier: Apache-2.0
//
// Where there is no cluster to ask, each command names the option by which *it* takes files
// instead.
#include <iostream>

#include <catch2/catch.hpp>

#include "controller/cli/commands.h"
#include "controller/process/exit_codes.h"
#include "tests/cli/captured.h"
#include "tests/k8s-client/temporary_folder.h"

namespace portcullis::cli {
namespace {

/// What the command says on standard error without a cluster.
std::string Complaint(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "portcullis");
  arguments.insert(arguments.end(), {"--kubeconfig", "/nowhere/kubeconfig"});
  const Captured complaint(std::cerr);
  CHECK(Main(static_cast<int>(arguments.size()), arguments.data()) == kExitUsage);
  return complaint.text();
}

TEST_CASE("explain and matrix take files by -f", "[cluster]") {
  const char* const advice = ", then -f objects.yaml here\n";
  CHECK_THAT(Complaint({"explain", "--from", "a", "--to", "b", "--port", "80"}),
             Catch::EndsWith(advice));
  CHECK_THAT(Complaint({"matrix"}), Catch::EndsWith(advice));
}

TEST_CASE("diff takes files by --against, as -f is the change", "[cluster]") {
  const test::TemporaryFolder folder;
  const std::string change = folder.Write("new.yaml", "");
  const std::string complaint = Complaint({"diff", "-f", change.c_str()});
  CHECK_THAT(complaint, Catch::EndsWith(", then --against objects.yaml here\n"));
  CHECK_THAT(complaint, !Catch::Contains("-f "));
}

TEST_CASE("status policy takes no files, and recommends none", "[cluster]") {
  const std::string complaint = Complaint({"status", "policy", "shop/db"});
  CHECK_THAT(complaint, Catch::Contains("/nowhere/kubeconfig"));
  CHECK_THAT(complaint, !Catch::Contains("objects.yaml"));
}

}  // namespace
}  // namespace portcullis::cli
