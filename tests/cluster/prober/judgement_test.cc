// SPDX-License-Identifier: Apache-2.0
//
// What the prober calls wrong, by example. A judge that excuses too much would make every cluster
// test worthless.
#include "tests/cluster/prober/judgement.h"

#include <catch2/catch.hpp>

namespace portcullis::prober {
namespace {

using lab::Beat;
using std::chrono::milliseconds;

const Clock::time_point kStart = Clock::time_point() + std::chrono::hours(1);

Clock::time_point At(int ms) {
  return kStart + milliseconds(ms);
}

Beat Passed(int sent, int answered) {
  return {At(sent), true, At(answered)};
}

Beat Lost(int sent) {
  return {At(sent), false, {}};
}

Judgement JudgeAll(const std::vector<Beat>& beats,
                   const std::vector<Turn>& turns,
                   const std::vector<Beat>& control = {}) {
  return Judge(beats, turns, {control});
}

TEST_CASE("One packet that passes a denied flow is wrong, whatever the controls did") {
  const Judgement out = JudgeAll({Lost(0), Passed(20, 21), Lost(40)},
                                 {{kStart, Expectation::kDenied}},
                                 {Lost(0), Lost(20), Lost(40)});
  CHECK(out.judged == 3);
  REQUIRE(out.wrong.size() == 1);
  CHECK(out.wrong.front().sent == At(20));
}

TEST_CASE("A lost packet of an allowed flow is wrong where the control passed, or there is none") {
  const std::vector<Beat> beats = {Passed(0, 1), Lost(20), Passed(40, 41)};
  const std::vector<Turn> allowed = {{kStart, Expectation::kAllowed}};
  CHECK(JudgeAll(beats, allowed, {Passed(0, 1), Passed(20, 21)}).wrong.size() == 1);
  CHECK(JudgeAll(beats, allowed).wrong.size() == 1);
  CHECK(JudgeAll(beats, allowed, {Lost(5000)}).wrong.size() == 1);
}

TEST_CASE("A loss beside a control's loss is excused, and counted") {
  const Judgement out = JudgeAll({Passed(0, 1), Lost(1000), Passed(2000, 2001)},
                                 {{kStart, Expectation::kAllowed}},
                                 {Passed(700, 701), Lost(1200), Passed(1300, 1301)});
  CHECK(out.wrong.empty());
  CHECK(out.excused == 1);
  CHECK(out.judged == 2);
}

TEST_CASE("Nothing is expected before the first turn, nor of a flow that is free") {
  const Judgement out =
      JudgeAll({Lost(-10), Passed(-5, -4), Passed(10, 11)}, {{kStart, Expectation::kFree}});
  CHECK(out.sent == 3);
  CHECK(out.passed == 2);
  CHECK(out.judged == 0);
}

TEST_CASE("A beat under way at a turn belongs to neither side") {
  const std::vector<Turn> turns = {{kStart, Expectation::kAllowed},
                                   {At(1000), Expectation::kFree},
                                   {At(2000), Expectation::kDenied}};
  CHECK(JudgeAll({Lost(900)}, turns).wrong.empty());
  CHECK(JudgeAll({Lost(300)}, turns).wrong.size() == 1);
  CHECK(JudgeAll({Passed(1999, 2001)}, turns).wrong.empty());
}

TEST_CASE("A repeated packet that passes once its flow is allowed again is not wrong") {
  const std::vector<Turn> turns = {{kStart, Expectation::kDenied}, {At(1000), Expectation::kFree}};
  CHECK(JudgeAll({Passed(900, 1100)}, turns).wrong.empty());
  CHECK(JudgeAll({Passed(900, 950)}, turns).wrong.size() == 1);
}

}  // namespace
}  // namespace portcullis::prober
