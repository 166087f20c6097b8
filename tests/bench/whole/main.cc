// SPDX-License-Identifier: Apache-2.0
//
// The whole program at three sizes, against the project's own API server; see docs/performance.md.
#include "tests/bench/support/program.h"
#include "tests/bench/whole/measures.h"

namespace portcullis::bench {
namespace {

void MeasureAll(const Scale& scale, bool quick, Report& report) {
  Setting setting(scale, quick, StartOwnApi);
  MeasureFloor(setting, report);
  setting.Use(PortcullisSpec);
  MeasureColdStart(setting, report);
  MeasureWarmStart(setting, report);
  MeasurePolicyLatency(setting, report);
  MeasurePodLatency(setting, report);
  MeasureEventCpu(setting, report);
  MeasureIdle(setting, report);
  MeasureRelist(setting, report);
  MeasureBursts(setting, report);
  MeasureChurnMemory(setting, report);
}

int Run(int argc, char** argv) {
  Program program("whole", argc, argv);
  RequireRoot("make network namespaces");
  for (const Scale& scale : Scales()) {
    if (program.quick() && scale.pods > Scales().front().pods) {
      break;
    }
    program.Case(scale.name, [&](Report& report) { MeasureAll(scale, program.quick(), report); });
  }
  return program.Run();
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) {
  try {
    return portcullis::bench::Run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());  // NOLINT(cert-err33-c)
    return EXIT_FAILURE;
  }
}
