// SPDX-License-Identifier: Apache-2.0
//
// Which pods are shown as one workload.
#include "controller/insight/workload.h"

#include <string>

#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

std::string Workload(const std::string& name, k8s::Labels labels = {}) {
  return insight::WorkloadOf(MakePod("ns/" + name, {"10.0.0.1"}, std::move(labels)));
}

}  // namespace

TEST_CASE("a pod's workload is its name without what a controller has put after it") {
  CHECK(Workload("web-5d4f8c7b9c-x2k9d", {{"pod-template-hash", "5d4f8c7b9c"}}) == "web");
  CHECK(Workload("agent-x2k9d", {{"controller-revision-hash", "7c9"}}) == "agent");
  CHECK(Workload("db-0", {{"statefulset.kubernetes.io/pod-name", "db-0"}}) == "db");
  CHECK(Workload("backup-29384720-x2k9d", {{"job-name", "backup-29384720"}}) == "backup");
  CHECK(Workload("import-x2k9d", {{"job-name", "import"}}) == "import");
}

TEST_CASE("without a controller's labels the name alone decides") {
  CHECK(Workload("web-5d4f8c7b9c-x2k9d") == "web");
  CHECK(Workload("agent-x2k9d") == "agent");
  CHECK(Workload("db-12") == "db");
}

TEST_CASE("a name that nothing was put after is the workload's") {
  CHECK(Workload("web") == "web");
  CHECK(Workload("my-nginx") == "my-nginx");
  CHECK(Workload("load-balancer") == "load-balancer");
  CHECK(Workload("-12") == "-12");
}

}  // namespace portcullis::test
