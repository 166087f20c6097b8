// SPDX-License-Identifier: Apache-2.0
//
// bench_packets: what a packet costs on its way through a node's rules, as a ratio to conntrack
// alone. See compare.h for the cases, path.h for the way, traffic.h for how it is timed.
#include <exception>
#include <iostream>

#include <sched.h>

#include "tests/bench/packets/compare.h"

namespace {

/// The thread stays where it is: what it sends is then handled there too.
void StayOnThisCpu() {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(static_cast<size_t>(::sched_getcpu()), &one);
  portcullis::lab::Checked(::sched_setaffinity(0, sizeof one, &one), "sched_setaffinity");
}

}  // namespace

int main(int argc, char** argv) try {
  using namespace portcullis::bench;
  Program program("packets", argc, argv);
  RequireRoot("network namespaces");
  const Path path;
  StayOnThisCpu();
  Sender sender(path);
  const bool quick = program.quick();
  program.Case("tables", [&](Report& report) { CompareTables(path, sender, quick, report); });
  program.Case("revocation",
               [&](Report& report) { MeasureRevocation(path, sender, quick, report); });
  program.Case("listing", [&](Report& report) { MeasureListing(path, quick, report); });
  return program.Run();
} catch (const std::exception& error) {
  std::cerr << "packets: " << error.what() << "\n";
  return 1;
}
