// SPDX-License-Identifier: Apache-2.0
//
// The ends of connections, and their names for people.
#include "controller/insight/end_groups.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "controller/insight/reach.h"
#include "controller/insight/summary.h"
#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using insight::EndGroup;

std::vector<EndGroup> Ends(const k8s::Objects& objects) {
  const policy::World world(objects);
  const insight::Reach reach(world);
  insight::AddressClasses classes({&reach.resolved()});
  return insight::EndGroupsOf({&world}, classes);
}

std::vector<std::string> Names(const std::vector<EndGroup>& ends) {
  std::vector<std::string> names;
  names.reserve(ends.size());
  for (const EndGroup& end : ends) {
    names.push_back(ToText(end));
  }
  return names;
}

k8s::Pod OnHostNetwork(const std::string& node, const std::string& address) {
  k8s::Pod pod = MakePod("kube-system/proxy-" + node, {address});
  pod.host_network = true;
  pod.node_name = node;
  return pod;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("pods of one workload are one end as long as no policy tells them apart") {
  k8s::Objects objects;
  objects.pods = {MakePod("shop/web-0", {"10.0.0.1"}, {{"app", "web"}}),
                  MakePod("shop/web-1", {"10.0.0.2"}, {{"app", "web"}}),
                  MakePod("shop/web-2", {"10.0.0.3"}, {{"app", "web"}, {"canary", "yes"}}),
                  MakePod("shop/db", {"10.0.0.4"})};
  CHECK(Names(Ends(objects)) == Texts{"shop/db", "shop/web-* (3 pods)", "outside"});

  objects.policies = {IngressPolicy("shop/canary", {}, Label("canary", "yes"))};
  CHECK(Names(Ends(objects)) ==
        Texts{"shop/db", "shop/web-* (2 of 3 pods: web-0, web-1)", "shop/web-2", "outside"});
}

TEST_CASE("nodes are known by their hostNetwork pods (8.1), and alike until a block names one") {
  k8s::Objects objects;
  objects.pods = {MakePod("shop/web", {"10.0.0.1"}),
                  OnHostNetwork("n1", "192.0.2.1"),
                  OnHostNetwork("n2", "192.0.2.2")};
  CHECK(Names(Ends(objects)) == Texts{"shop/web", "2 nodes: n1, n2", "outside"});

  objects.policies = {IngressPolicy("shop/from-n1", {RuleFor({Addresses("192.0.2.1/32")})})};
  CHECK(Names(Ends(objects)) ==
        Texts{"shop/web", "node n1", "node n2", "outside, everything else"});
}

TEST_CASE("blocks cut the outside into parts with readable names (5.2)") {
  k8s::Objects objects;
  objects.pods = {MakePod("shop/web", {"10.0.0.1"})};
  objects.policies = {
      IngressPolicy("shop/a", {RuleFor({Addresses("172.16.0.0/12", {"172.16.5.0/24"})})}),
      IngressPolicy("shop/b", {RuleFor({Addresses("203.0.113.7/32")})})};
  CHECK(Names(Ends(objects)) == Texts{"shop/web",
                                      "outside 172.16.0.0/12 except 172.16.5.0/24",
                                      "outside 203.0.113.7",
                                      "outside, everything else"});
}

TEST_CASE("where blocks name everything the widest part is everything else") {
  k8s::Objects objects;
  objects.pods = {MakePod("shop/web", {"10.0.0.1", "fd00::1"})};
  objects.policies = {IngressPolicy(
      "shop/a", {RuleFor({Addresses("0.0.0.0/0", {"10.0.0.0/8"}), Addresses("::/0")})})};
  const auto ends = Ends(objects);
  CHECK(Names(ends) == Texts{"shop/web", "outside 10.0.0.0/8", "outside, everything else"});
  CHECK(ends.back().families.size() == 2);
}

TEST_CASE("a family that no pod has is left out") {
  k8s::Objects objects;
  objects.pods = {MakePod("shop/web", {"fd00::1"})};
  const auto ends = Ends(objects);
  REQUIRE(ends.size() == 2);
  CHECK(ends.back().families.count(Family::kIpv4) == 0);
}

TEST_CASE("an address that the worlds give to different pods is nobody's") {
  k8s::Objects objects;
  objects.pods = {MakePod("shop/web", {"10.0.0.1"}), MakePod("shop/db", {"10.0.0.2"})};
  const policy::World before(objects);
  objects.pods = {MakePod("shop/web", {"10.0.0.1"}), MakePod("shop/new", {"10.0.0.2"})};
  const policy::World after(objects);
  const insight::Reach reach(before);
  insight::AddressClasses classes({&reach.resolved()});
  CHECK(Names(insight::EndGroupsOf({&before, &after}, classes)) == Texts{"shop/web", "outside"});
}

TEST_CASE("lists of ends are told in few words") {
  k8s::Objects objects;
  objects.pods = {MakePod("a/x", {"10.0.0.1"}),
                  MakePod("a/y", {"10.0.0.2"}),
                  MakePod("b/z", {"10.0.0.3"}),
                  MakePod("b/w-0", {"10.0.0.4"}),
                  MakePod("b/w-1", {"10.0.0.5"})};
  const auto ends = Ends(objects);  // a/x, a/y, b/w-*, b/z, outside
  CHECK(Summarize(ends, {0, 1, 2, 3, 4}) == Texts{"everybody"});
  CHECK(Summarize(ends, {0, 1}) == Texts{"a/* (all 2 pods)"});
  CHECK(Summarize(ends, {0, 2}) == Texts{"a/x", "b/w-* (2 pods)"});
  CHECK(Summarize(ends, {0, 2, 3, 4}) == Texts{"everybody but a/y"});
  CHECK(NameTogether(ends, {2, 3}) == "b/* (all 3 pods)");
}

TEST_CASE("ranges are told as blocks, or as a block without some") {
  const auto range = [](const std::string& first, const std::string& last) {
    return AddressRange{Ip(first), Ip(last)};
  };
  CHECK(insight::ToText({range("10.0.0.0", "10.0.0.255")}) == "10.0.0.0/24");
  CHECK(insight::ToText({range("10.0.0.7", "10.0.0.7")}) == "10.0.0.7");
  CHECK(insight::ToText({range("10.0.0.1", "10.0.0.255")}) == "10.0.0.0/24 except 10.0.0.0");
  CHECK(insight::ToText({range("0.0.0.0", "9.255.255.255"),
                         range("11.0.0.0", "255.255.255.255")}) == "0.0.0.0/0 except 10.0.0.0/8");
  CHECK(insight::ToText({range("10.0.0.0", "10.0.0.255"), range("fd00::", "fd00::ff")}) ==
        "10.0.0.0/24, fd00::/120");
}

}  // namespace portcullis::test
