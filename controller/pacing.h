// SPDX-License-Identifier: Apache-2.0
//
// How long events may gather before the next step, so that a flood of them becomes few transactions
// while a single one never waits. Pure: told what happened, it says how long; reconcile_loop waits.
#ifndef PORTCULLIS_CONTROLLER_PACING_H_
#define PORTCULLIS_CONTROLLER_PACING_H_

#include <algorithm>
#include <chrono>

namespace portcullis {

class Pacing {
 public:
  /// So many steps in a row may find work waiting before the next one lets it gather.
  static constexpr unsigned kFree = 4;
  static constexpr std::chrono::milliseconds kFirst{5};
  /// What an event of a flood waits at most. The last one of 10,000 is to be in the kernel within
  /// 100 ms.
  static constexpr std::chrono::milliseconds kLast{40};

  /// A step begins. `at_once`: its events came while the step before was under way, or gathered
  /// since; else they were waited for, and the flood, if there was one, is over.
  void Note(bool at_once) { steps_ = at_once ? std::min(steps_ + 1, kFree + kDoublings) : 0; }

  /// How long to wait before the next burst is fetched.
  [[nodiscard]] std::chrono::milliseconds Delay() const {
    return steps_ < kFree ? std::chrono::milliseconds(0)
                          : std::min(kFirst * (1U << (steps_ - kFree)), kLast);
  }

 private:
  static constexpr unsigned kDoublings = 3;

  unsigned steps_ = 0;  ///< In a row that found work waiting.
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_PACING_H_
