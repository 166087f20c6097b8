// SPDX-License-Identifier: Apache-2.0
//
// What is made of the facts of a terminal.
#include "controller/cli/terminal.h"

#include <catch2/catch.hpp>

namespace portcullis::cli {
namespace {

TEST_CASE("A terminal has colours, and its own width", "[terminal]") {
  const Terminal terminal = Judge({true, 132, {{"TERM", "xterm"}, {"COLUMNS", "50"}}});
  CHECK(terminal.interactive);
  CHECK(terminal.colour);
  CHECK(terminal.width == 132);
}

TEST_CASE("NO_COLOR forbids colours, an empty one does not", "[terminal]") {
  CHECK_FALSE(Judge({true, 80, {{"NO_COLOR", "1"}}}).colour);
  CHECK(Judge({true, 80, {{"NO_COLOR", "1"}}}).interactive);
  CHECK(Judge({true, 80, {{"NO_COLOR", ""}}}).colour);
}

TEST_CASE("A dumb terminal can neither redraw nor colour", "[terminal]") {
  const Terminal terminal = Judge({true, 80, {{"TERM", "dumb"}}});
  CHECK_FALSE(terminal.interactive);
  CHECK_FALSE(terminal.colour);
}

TEST_CASE("What is no terminal has the width of COLUMNS, or 80", "[terminal]") {
  CHECK_FALSE(Judge({false, std::nullopt, {{"TERM", "xterm"}}}).interactive);
  CHECK(Judge({false, std::nullopt, {}}).width == 80);
  CHECK(Judge({false, std::nullopt, {{"COLUMNS", "120"}}}).width == 120);
  CHECK(Judge({false, std::nullopt, {{"COLUMNS", "wide"}}}).width == 80);
  CHECK(Judge({false, std::nullopt, {{"COLUMNS", "0"}}}).width == 80);
}

}  // namespace
}  // namespace portcullis::cli
