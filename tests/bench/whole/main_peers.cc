// SPDX-License-Identifier: Apache-2.0
//
// The whole program and its peers in one run: the same node, the same kube-apiserver, the same
// objects and probes, one after the other.
#include "tests/bench/support/program.h"
#include "tests/bench/whole/kube_api.h"
#include "tests/bench/whole/measures.h"
#include "tests/bench/whole/peers.h"

namespace portcullis::bench {
namespace {

void MeasureOne(Setting& setting, Report& report) {
  MeasureColdStart(setting, report);
  MeasurePolicyLatency(setting, report);
  MeasurePodLatency(setting, report);
  MeasureEventCpu(setting, report);
}

/// One that cannot be measured is said and left out.
void MeasurePeer(Setting& setting, Report& report, const MakeSubject& make) {
  try {
    setting.Use(make);
    MeasureOne(setting, report);
  } catch (const lab::LabError& error) {
    std::fprintf(stderr, "%s\n", error.what());  // NOLINT(cert-err33-c)
  }
}

void Measure(const Scale& scale, bool quick, Report& report) {
  Setting setting(scale, quick, StartKubeApi);
  MeasureFloor(setting, report);
  setting.Use(PortcullisSpec);
  MeasureOne(setting, report);
  for (const auto& make : {KubeNetworkPoliciesSpec, KubeRouterSpec}) {
    MeasurePeer(setting, report, make);
  }
}

int Run(int argc, char** argv) {
  Program program("whole-peers", argc, argv);
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
