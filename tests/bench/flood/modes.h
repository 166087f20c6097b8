// SPDX-License-Identifier: Apache-2.0
//
// The ways in which the log of denied flows can stand to a flood, compared with each other: what
// each costs the allowed traffic, the sender, and the reader.
#ifndef PORTCULLIS_TESTS_BENCH_FLOOD_MODES_H_
#define PORTCULLIS_TESTS_BENCH_FLOOD_MODES_H_

#include "tests/bench/flood/flood.h"
#include "tests/bench/packets/path.h"
#include "tests/bench/support/program.h"

namespace portcullis::bench {

/// All ways, in turn, many short stretches of each.
void CompareModes(const Path& path, Flood& flood, bool quick, Report& report);

/// A flood of a minute without and with the log: how much is heard of it.
void MeasureMinute(const Path& path, Flood& flood, bool quick, Report& report);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_FLOOD_MODES_H_
