// SPDX-License-Identifier: Apache-2.0
//
// The whole program against a real kube-apiserver: what depends on who serves. Not part of
// `make bench`, as ten thousand pods take a minute to write.
#include "tests/bench/support/program.h"
#include "tests/bench/whole/kube_api.h"
#include "tests/bench/whole/measures.h"

namespace portcullis::bench {
namespace {

void Measure(const Scale& scale, bool quick, Report& report) {
  Setting setting(scale, quick, StartKubeApi);
  MeasureFloor(setting, report);
  setting.Use(PortcullisSpec);
  MeasureColdStart(setting, report);
  MeasureWarmStart(setting, report);
  MeasurePolicyLatency(setting, report);
  MeasurePodLatency(setting, report);
  MeasureEventCpu(setting, report);
  MeasureIdle(setting, report);
}

int Run(int argc, char** argv) {
  Program program("whole-apiserver", argc, argv);
  RequireRoot("make network namespaces");
  for (const Scale& scale : Scales()) {
    constexpr size_t kMostPods = 10'000;
    if (scale.pods <= (program.quick() ? Scales().front().pods : kMostPods)) {
      program.Case(scale.name, [&](Report& report) { Measure(scale, program.quick(), report); });
    }
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
