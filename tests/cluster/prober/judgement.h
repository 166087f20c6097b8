// SPDX-License-Identifier: Apache-2.0
//
// Which beats of a flow were wrong. A beat that passes where it is denied is always wrong. One that
// is lost where it is allowed is wrong too, unless a control flow, which no policy ever touches,
// lost one at the same time: then the machine is to blame, and the beat is excused, not judged.
// Excused beats are counted, so that a run with many of them is not taken for a good one. Pure.
// Neighbours: prober collects the beats, tests/lab/flows defines them.
#ifndef PORTCULLIS_TESTS_CLUSTER_PROBER_JUDGEMENT_H_
#define PORTCULLIS_TESTS_CLUSTER_PROBER_JUDGEMENT_H_

#include <chrono>
#include <cstddef>
#include <span>
#include <vector>

#include "tests/lab/flows.h"

namespace portcullis::prober {

using Clock = std::chrono::steady_clock;

/// An answer that takes longer than this did not come. Below the second after which TCP repeats its
/// first packet, so that a packet lost is a beat lost.
constexpr std::chrono::milliseconds kLate(600);

enum class Expectation { kAllowed, kDenied, kFree };

/// From this moment on the flow is expected to be so.
struct Turn {
  Clock::time_point from;
  Expectation expected = Expectation::kFree;
};

struct Judgement {
  size_t sent = 0;
  size_t passed = 0;
  size_t judged = 0;  ///< Those of which something was expected, and that were not excused.
  size_t excused = 0;
  std::vector<lab::Beat> wrong;
};

using Beats = std::span<const lab::Beat>;

/// What was expected at a moment. `turns` are in the order of time; before the first of them
/// nothing is expected.
[[nodiscard]] Expectation ExpectedAt(const std::vector<Turn>& turns, Clock::time_point at);

/// REQUIRES: all beats are over; `controls` are those of control flows of the same kind.
[[nodiscard]] Judgement Judge(Beats beats,
                              const std::vector<Turn>& turns,
                              const std::vector<Beats>& controls);

}  // namespace portcullis::prober

#endif  // PORTCULLIS_TESTS_CLUSTER_PROBER_JUDGEMENT_H_
