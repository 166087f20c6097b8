// SPDX-License-Identifier: Apache-2.0
//
// How long events may gather before the next step, so that a flood of them becomes few transactions
// while a single one never waits. Pure: told what happened, it says how long; reconcile_loop waits.
#ifndef PORTCULLIS_CONTROLLER_RECONCILE_PACING_H_
#define PORTCULLIS_CONTROLLER_RECONCILE_PACING_H_

#include <algorithm>
#include <chrono>

namespace portcullis {

class Pacing {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// So many steps may follow one another quickly before the next one lets events gather.
  static constexpr unsigned kFree = 4;
  /// Quick: sooner than this after the one before, or finding work that waits already. A step that
  /// takes something away has each flow judged once more and the kernel walk all chains, so 500 of
  /// them in a second cost more than what is in them.
  static constexpr std::chrono::milliseconds kQuick{4};
  static constexpr std::chrono::milliseconds kFirst{5};
  /// What an event of a flood waits at most. The last one of 10,000 is to be in the kernel within
  /// 100 ms.
  static constexpr std::chrono::milliseconds kLast{20};

  /// A step begins, so long after the one before. `at_once`: its events came while that one was
  /// under way, or gathered since; else they were waited for.
  void Note(bool at_once, Duration since_last) {
    const bool quick = at_once || since_last < kQuick;
    // A pause does not end a flood, lest each hiccup of the one who writes begins it anew.
    steps_ = quick ? std::min(steps_ + 1, kFree + kDoublings) : steps_ / 2;
  }

  /// How long to wait before the next burst is fetched.
  [[nodiscard]] std::chrono::milliseconds Delay() const {
    return steps_ < kFree ? std::chrono::milliseconds(0)
                          : std::min(kFirst * (1U << (steps_ - kFree)), kLast);
  }

 private:
  static constexpr unsigned kDoublings = 2;

  unsigned steps_ = 0;  ///< Quick ones of late.
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_RECONCILE_PACING_H_
