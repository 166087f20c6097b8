// SPDX-License-Identifier: Apache-2.0
//
// Tables compared with conntrack alone: which ones, in which order, and what becomes a row. The
// order is what makes ratios of a few percent repeat on a machine that does other things: between
// any two tables conntrack alone is measured, and a table's ratio is to its two neighbours.
#ifndef PORTCULLIS_TESTS_BENCH_PACKETS_COMPARE_H_
#define PORTCULLIS_TESTS_BENCH_PACKETS_COMPARE_H_

#include "tests/bench/packets/path.h"
#include "tests/bench/packets/traffic.h"
#include "tests/bench/support/program.h"

namespace portcullis::bench {

/// Every kind of traffic through every table at every size.
void CompareTables(const Path& path, Sender& sender, bool quick, Report& report);

/// What a flow's next packet costs after a change that takes something away, when it is judged once
/// more, against one that is not.
void MeasureRevocation(const Path& path, Sender& sender, bool quick, Report& report);

/// How long `nft list table` takes, and how much it prints.
void MeasureListing(const Path& path, bool quick, Report& report);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_PACKETS_COMPARE_H_
