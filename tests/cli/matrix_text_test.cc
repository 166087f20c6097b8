// SPDX-License-Identifier: Apache-2.0
//
// The matrix on a terminal.
#include "controller/cli/matrix_text.h"

#include <algorithm>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/cli/shop.h"

namespace portcullis::cli {
namespace {

using insight::MatrixView;
using insight::ReachMatrix;

/// In characters, not in bytes.
size_t WidestLine(const std::string& text) {
  std::istringstream lines(text);
  size_t widest = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto follows = [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0U) == 0x80;
    };
    widest = std::max(
        widest,
        line.size() - static_cast<size_t>(std::count_if(line.begin(), line.end(), follows)));
  }
  return widest;
}

TEST_CASE("the table has a sign per pair, and says what the signs mean", "[matrix]") {
  const ReachMatrix matrix{policy::World(test::Shop())};
  const std::string text = ToText(MatrixView(matrix, {}), {});
  CHECK_THAT(text, Catch::StartsWith(R"(From the row to the column:

                            1 2 3 4 5
1 other/client                · ● ● ●
2 shop/db                   ●   ● ● ●
3 shop/web-* (2 pods)       ● a ● ● ●
4 outside 192.0.2.0/24      ● a ●
5 outside, everything else  ● · ●

● everything   · nothing   a letter: what stands here
  a  5432/TCP
)"));
}

TEST_CASE("capitals stand for what audited policies would deny (12.3)", "[matrix]") {
  k8s::Objects objects = test::Shop();
  objects.policies.front().audit = true;
  const ReachMatrix matrix{policy::World(objects)};
  CHECK_THAT(ToText(MatrixView(matrix, {}), {}), Catch::StartsWith(R"(From the row to the column:

                            1 2 3 4 5
1 other/client                A ● ● ●
2 shop/db                   ●   ● ● ●
3 shop/web-* (2 pods)       ● B ● ● ●
4 outside 192.0.2.0/24      ● B ●
5 outside, everything else  ● A ●

● everything   · nothing   a letter: what stands here; a capital: audited policies would deny some of it
  A  everything, of which audited policy shop/db would deny everything
  B  everything, of which audited policy shop/db would deny everything but 5432/TCP
)"));
}

TEST_CASE("with a port only those audited policies show that would deny it (12.3)", "[matrix]") {
  k8s::Objects objects = test::Shop();
  objects.policies.front().audit = true;
  const ReachMatrix matrix{policy::World(objects)};
  const MatrixView view(matrix,
                        {insight::PortSet::Of(k8s::Protocol::kTcp, {{5432, 5432}}), {}, {}});
  CHECK_THAT(ToText(view, {}),
             Catch::Contains("3 shop/web-* (2 pods)       ● ● ● ● ●\n") &&
                 Catch::Contains("  A  5432/TCP, of which audited policy shop/db "
                                 "would deny 5432/TCP\n"));
}

TEST_CASE("columns that do not fit stand below, within the width", "[matrix]") {
  k8s::Objects objects;
  for (int i = 0; i < 90; ++i) {
    const std::string number = std::to_string(i);
    objects.pods.push_back(test::MakePod("shop/p" + number, {"10.0.0." + number}));
  }
  const ReachMatrix matrix{policy::World(objects)};
  MatrixTextOptions options;
  options.width = 80;
  const std::string text = ToText(MatrixView(matrix, {}), options);
  const std::string table = text.substr(0, text.find("● everything   "));
  CHECK(WidestLine(table) <= 80);
  CHECK(WidestLine(table) > 60);
  CHECK_THAT(text, Catch::Contains("90 shop/p9"));
}

TEST_CASE("with a namespace only its pods are on one side", "[matrix]") {
  const ReachMatrix matrix{policy::World(test::Shop())};
  MatrixTextOptions options;
  options.ns = "other";
  const std::string text = ToText(MatrixView(matrix, {}), options);
  CHECK_THAT(text,
             Catch::Contains("To pods of other, from the row to the column:\n\n"
                             "                            1\n"));
  CHECK_THAT(text, Catch::Contains("From pods of other, from the row to the column:\n"));
}

TEST_CASE("long names are cut in the table and told below", "[matrix]") {
  k8s::Objects objects = test::Shop();
  const std::string name(80, 'x');
  objects.pods.push_back(test::MakePod("shop/" + name, {"10.0.0.9"}));
  const ReachMatrix matrix{policy::World(objects)};
  const std::string text = ToText(MatrixView(matrix, {}), {});
  CHECK_THAT(text, Catch::Contains("In full:\n") && Catch::Contains("4  shop/" + name + "\n"));
  MatrixTextOptions whole;
  whole.whole_names = true;
  CHECK_THAT(ToText(MatrixView(matrix, {}), whole), Catch::Contains("4 shop/" + name + " "));
}

TEST_CASE("families that differ have a table each", "[matrix]") {
  k8s::Objects objects = test::Shop();
  objects.pods.push_back(test::MakePod("other/dual", {"10.0.0.9", "fd00::9"}));
  objects.policies.push_back(
      test::EgressPolicy("other/v4", {test::RuleFor({test::Addresses("0.0.0.0/0")})}));
  const ReachMatrix matrix{policy::World(objects)};
  const std::string text = ToText(MatrixView(matrix, {}), {});
  CHECK_THAT(text, Catch::Contains("IPv4. From the row") && Catch::Contains("IPv6. From the row"));
}

}  // namespace
}  // namespace portcullis::cli
