// SPDX-License-Identifier: Apache-2.0
//
// See judgement.h.
#include "tests/cluster/prober/judgement.h"

#include <algorithm>

namespace portcullis::prober {
namespace {

using lab::Beat;

/// How near in time a control's loss must be to excuse another one.
constexpr std::chrono::milliseconds kNear(400);

/// What is expected of a beat sent at a moment, and until when.
struct Span {
  Expectation expected = Expectation::kFree;
  Clock::time_point end = Clock::time_point::max();
};

Span SpanAt(const std::vector<Turn>& turns, Clock::time_point sent) {
  const auto next = std::upper_bound(
      turns.begin(), turns.end(), sent, [](Clock::time_point at, const Turn& turn) {
        return at < turn.from;
      });
  Span span;
  if (next != turns.begin()) {
    span.expected = std::prev(next)->expected;
  }
  if (next != turns.end()) {
    span.end = next->from;
  }
  return span;
}

/// Whether a control lost a beat near `at`.
bool LostNear(Beats control, Clock::time_point at) {
  const auto first = std::lower_bound(
      control.begin(), control.end(), at - kNear, [](const Beat& beat, Clock::time_point from) {
        return beat.sent < from;
      });
  const auto lost = std::find_if(first, control.end(), [&](const Beat& beat) {
    return !beat.passed || beat.sent > at + kNear;
  });
  return lost != control.end() && lost->sent <= at + kNear;
}

}  // namespace

Expectation ExpectedAt(const std::vector<Turn>& turns, Clock::time_point at) {
  return SpanAt(turns, at).expected;
}

Judgement Judge(Beats beats, const std::vector<Turn>& turns, const std::vector<Beats>& controls) {
  Judgement out;
  out.sent = beats.size();
  for (const Beat& beat : beats) {
    const Span span = SpanAt(turns, beat.sent);
    out.passed += beat.passed ? 1U : 0U;
    // What was still under way at a turn belongs to neither side of it.
    if (span.expected == Expectation::kFree || (!beat.passed && beat.sent + kLate > span.end)) {
      continue;
    }
    const bool let_through =
        span.expected == Expectation::kDenied && beat.passed && beat.answered < span.end;
    const bool lost = span.expected == Expectation::kAllowed && !beat.passed;
    const bool excused = lost && std::any_of(controls.begin(), controls.end(), [&](Beats control) {
                           return LostNear(control, beat.sent);
                         });
    out.excused += excused ? 1U : 0U;
    out.judged += excused ? 0U : 1U;
    if (let_through || (lost && !excused)) {
      out.wrong.push_back(beat);
    }
  }
  return out;
}

}  // namespace portcullis::prober
