// SPDX-License-Identifier: Apache-2.0
//
// What is measured of a whole program, one function each, on a Setting. All expect it stopped or
// running as they say, and leave every object as it was. Neighbours: main and its siblings choose
// among them.
#ifndef PORTCULLIS_TESTS_BENCH_WHOLE_MEASURES_H_
#define PORTCULLIS_TESTS_BENCH_WHOLE_MEASURES_H_

#include "tests/bench/whole/setting.h"

namespace portcullis::bench {

/// Start on a clean node until packets are denied and /readyz says 200; what it used till then, and
/// its memory. REQUIRES: a subject, running or not. Leaves it running.
void MeasureColdStart(Setting& setting, Report& report);

/// Start with a table in force that a policy written meanwhile changes. REQUIRES: running.
void MeasureWarmStart(Setting& setting, Report& report);

/// Write of a policy until its first packet is dropped, and its deletion until the first one
/// passes. REQUIRES: running.
void MeasurePolicyLatency(Setting& setting, Report& report);

/// Write of a new pod's address until its first allowed packet, and its deletion until packets from
/// its address are dropped. REQUIRES: running.
void MeasurePodLatency(Setting& setting, Report& report);

/// CPU of a thousand events of remote pods, half a thousand a second: they come and go; or only
/// their status changes. REQUIRES: running.
void MeasureEventCpu(Setting& setting, Report& report);

/// Ten thousand events as fast as they can be written: pods that come, pods that go; and one event
/// that moves a namespace's pods into a set. From the write of the last until the kernel has it.
/// REQUIRES: running.
void MeasureBursts(Setting& setting, Report& report);

/// Memory after twenty thousand events. REQUIRES: running.
void MeasureChurnMemory(Setting& setting, Report& report);

/// All watches expire, so that everything is listed again, and nothing has changed.
/// REQUIRES: running.
void MeasureRelist(Setting& setting, Report& report);

/// A while without events. REQUIRES: running.
void MeasureIdle(Setting& setting, Report& report);

/// A chain's rule written over netlink by this process, and the same probes: what no program
/// behind an API server can be faster than. REQUIRES: no subject runs.
void MeasureFloor(Setting& setting, Report& report);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_WHOLE_MEASURES_H_
