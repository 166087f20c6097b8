// SPDX-License-Identifier: Apache-2.0
//
// bench_flood: what 100,000 denied packets a second cost those that are allowed beside them, and
// what their log adds. See modes.h for the cases, flood.h for how packets are sent.
#include <exception>
#include <iostream>

#include "tests/bench/flood/modes.h"

int main(int argc, char** argv) try {
  using namespace portcullis::bench;
  Program program("flood", argc, argv);
  RequireRoot("make network namespaces");
  const Path path;
  Flood flood(path);
  const bool quick = program.quick();
  program.Case("modes", [&](Report& report) { CompareModes(path, flood, quick, report); });
  program.Case("minute", [&](Report& report) { MeasureMinute(path, flood, quick, report); });
  return program.Run();
} catch (const std::exception& error) {
  std::cerr << "flood: " << error.what() << "\n";
  return 1;
}
