// SPDX-License-Identifier: Apache-2.0
//
// What of a matrix is shown, and on how many lines.
#include "controller/insight/matrix_view.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using insight::MatrixView;
using insight::PortSet;
using insight::ReachMatrix;
using Texts = std::vector<std::string>;

Texts Names(const MatrixView& view) {
  Texts names;
  for (const insight::MatrixLine& line : view.lines()) {
    names.push_back(line.name);
  }
  return names;
}

/// The web pods may be reached on 80, the api pods on 81.
k8s::Objects Shop() {
  k8s::Objects objects;
  objects.pods = {MakePod("shop/web-0", {"10.0.0.1"}, {{"app", "web"}}),
                  MakePod("shop/web-1", {"10.0.0.2"}, {{"app", "web"}}),
                  MakePod("shop/api", {"10.0.0.3"}, {{"app", "api"}}),
                  MakePod("shop/job", {"10.0.0.4"}),
                  MakePod("shop/tool", {"10.0.0.5"})};
  objects.policies = {
      IngressPolicy("shop/web", {PortRule({Port(k8s::Protocol::kTcp, 80)})}, Label("app", "web")),
      IngressPolicy("shop/api", {PortRule({Port(k8s::Protocol::kTcp, 81)})}, Label("app", "api"))};
  return objects;
}

}  // namespace

TEST_CASE("ends of a namespace that answer alike share a line where that is asked for") {
  const ReachMatrix matrix{policy::World(Shop())};
  CHECK(Names(MatrixView(matrix, {})) ==
        Texts{"shop/api", "shop/job", "shop/tool", "shop/web-* (2 pods)", "outside"});
  CHECK(Names(MatrixView(matrix, {std::nullopt, {}, true})) ==
        Texts{"shop/api", "shop/job, tool (2 pods)", "shop/web-* (2 pods)", "outside"});
}

TEST_CASE("with a port that all answer alike they are one line") {
  const ReachMatrix matrix{policy::World(Shop())};
  const MatrixView view(matrix, {PortSet::Of(k8s::Protocol::kTcp, {{22, 22}}), {}, true});
  CHECK(Names(view) == Texts{"shop/api, web-* (3 pods)", "shop/job, tool (2 pods)", "outside"});
}

TEST_CASE("a cell is all, some or nothing of the ports that are looked at") {
  const ReachMatrix matrix{policy::World(Shop())};
  const MatrixView all(matrix, {});
  const size_t api = 0;
  const size_t job = 1;
  CHECK(ToText(all.Answer(job, api)->ports) == "81/TCP");
  CHECK_FALSE(all.IsAll(*all.Answer(job, api)));
  const MatrixView one(matrix, {PortSet::Of(k8s::Protocol::kTcp, {{81, 81}}), {}, false});
  CHECK(one.IsAll(*one.Answer(job, api)));
}

TEST_CASE("a pod has no answer towards itself (9.4), nor has what is no pod towards its like") {
  const ReachMatrix matrix{policy::World(Shop())};
  const MatrixView view(matrix, {});
  CHECK(view.Answer(0, 0) == nullptr);
  CHECK(view.Answer(3, 3) != nullptr);  // Two web pods.
  CHECK(view.Answer(4, 4) == nullptr);
}

TEST_CASE("families that agree are told as one") {
  k8s::Objects objects = Shop();
  objects.pods.push_back(MakePod("shop/dual", {"10.0.0.9", "fd00::9"}));
  objects.pods.push_back(MakePod("other/dual", {"10.0.0.8", "fd00::8"}));
  CHECK(MatrixView(ReachMatrix{policy::World(objects)}, {}).FamiliesAgree());
  objects.policies.push_back(EgressPolicy("other/v4", {RuleFor({Addresses("0.0.0.0/0")})}));
  const ReachMatrix matrix{policy::World(objects)};
  CHECK_FALSE(MatrixView(matrix, {}).FamiliesAgree());
  CHECK(MatrixView(matrix, {std::nullopt, {Family::kIpv6}, false}).FamiliesAgree());
}

}  // namespace portcullis::test
