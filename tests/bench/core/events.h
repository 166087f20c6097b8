// SPDX-License-Identifier: Apache-2.0
//
// What happens in a cluster, one event at a time, each with the one that takes it back: so the
// world stays as large as it was, however often they are measured. Over the worlds of
// tests/bench/support/world.h.
#ifndef PORTCULLIS_TESTS_BENCH_CORE_EVENTS_H_
#define PORTCULLIS_TESTS_BENCH_CORE_EVENTS_H_

#include <functional>
#include <string>
#include <vector>

#include "tests/bench/core/subject.h"
#include "tests/bench/support/world.h"

namespace portcullis::bench {

struct EventKind {
  std::string name;  ///< "remote pod comes"
  std::string back;  ///< "remote pod goes"; the same name where both are measured as one.
  std::function<AnyChange(size_t turn)> event;
  std::function<AnyChange(size_t turn)> undo;
};

/// REQUIRES: `size` is that of a world which MakeWorld() made.
[[nodiscard]] std::vector<EventKind> EventKinds(const WorldSize& size);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_CORE_EVENTS_H_
