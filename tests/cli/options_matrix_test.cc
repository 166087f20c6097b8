// SPDX-License-Identifier: Apache-2.0
//
// The options of `portcullis matrix`: good and bad.
#include "controller/cli/options_matrix.h"

#include <catch2/catch.hpp>

#include "controller/process/exit_codes.h"
#include "tests/cli/parsed.h"

namespace portcullis::cli {
namespace {

TEST_CASE("matrix asks the cluster for everything unless told else", "[options]") {
  const auto [exit, matrix] = ParseWith(AddMatrix, {});
  REQUIRE_FALSE(exit.has_value());
  CHECK(matrix.source.files.empty());
  CHECK_FALSE(matrix.ports.has_value());
  CHECK_FALSE(matrix.family.has_value());
  CHECK(matrix.output == MatrixOutput::kText);
}

TEST_CASE("matrix looks at one port, namespace and family", "[options]") {
  const auto [exit, matrix] =
      ParseWith(AddMatrix, {"-n", "shop", "--port", "53/UDP", "--family", "ipv6", "-o", "html"});
  REQUIRE_FALSE(exit.has_value());
  CHECK(matrix.ns == "shop");
  REQUIRE(matrix.ports.has_value());
  CHECK(ToText(*matrix.ports) == "53/UDP");
  CHECK(matrix.family == Family::kIpv6);
  CHECK(matrix.output == MatrixOutput::kHtml);
}

TEST_CASE("icmp stands for what has no ports (7.3)", "[options]") {
  const auto [exit, matrix] = ParseWith(AddMatrix, {"--port", "icmp"});
  REQUIRE(matrix.ports.has_value());
  CHECK(matrix.ports->rest());
  CHECK(matrix.ports->ranges().empty());
}

TEST_CASE("a port's name is refused, as it stands for other numbers elsewhere", "[options]") {
  CHECK(ParseWith(AddMatrix, {"--port", "http"}).exit == kExitUsage);
  CHECK(ParseWith(AddMatrix, {"--port", "70000"}).exit == kExitUsage);
  CHECK(ParseWith(AddMatrix, {"-o", "xml"}).exit == kExitUsage);
}

}  // namespace
}  // namespace portcullis::cli
