// SPDX-License-Identifier: Apache-2.0
//
// Peers: selectors (section 3) and address blocks (section 5).
#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

/// The subject x/s is isolated for ingress; everybody else tries to reach it.
k8s::Objects Subject(std::vector<k8s::Peer> from) {
  k8s::Objects objects;
  objects.pods = {MakePod("x/s", {"10.0.0.1", "fd00::1"}, {{"app", "s"}}),
                  MakePod("x/a", {"10.0.0.2", "fd00::2"}, {{"app", "a"}}),
                  MakePod("y/a", {"10.0.0.3", "fd00::3"}, {{"app", "a"}}),
                  MakePod("y/b", {"10.0.0.4"}, {{"app", "b"}})};
  objects.namespaces = {MakeNamespace("x", {{"team", "x"}}), MakeNamespace("y", {{"team", "y"}})};
  objects.policies = {IngressPolicy("x/allow", {RuleFor(std::move(from))}, Label("app", "s"))};
  return objects;
}

const char* const kXa = "10.0.0.2";
const char* const kYa = "10.0.0.3";
const char* const kYb = "10.0.0.4";
const char* const kOutside = "192.0.2.1";

/// Who of the four can reach the subject, as "xa ya yb out".
std::string Reaching(const k8s::Objects& objects) {
  std::string who;
  const std::vector<std::pair<const char*, const char*>> sources = {
      {kXa, "xa"}, {kYa, "ya"}, {kYb, "yb"}, {kOutside, "out"}};
  for (const auto& [address, name] : sources) {
    if (CanConnect(objects, Between(address, "10.0.0.1"))) {
      who += std::string(who.empty() ? "" : " ") + name;
    }
  }
  return who;
}

}  // namespace

TEST_CASE("absent peers are every source: pods, nodes and outside (3.1)") {
  auto objects = Subject({});
  objects.policies[0].ingress = {AnyRule()};
  CHECK(Reaching(objects) == "xa ya yb out");
}

TEST_CASE("peer forms select as the table says (3.2, 3.3, 3.4)") {
  CHECK(Reaching(Subject({PodsWith(Select())})) == "xa");
  CHECK(Reaching(Subject({PodsWith(Label("app", "a"))})) == "xa");
  CHECK(Reaching(Subject({NamespacesWith(Select())})) == "xa ya yb");
  CHECK(Reaching(Subject({NamespacesWith(Label("team", "y"))})) == "ya yb");
  CHECK(Reaching(Subject({PodsOfNamespaces(Label("app", "a"), Label("team", "y"))})) == "ya");
  CHECK(Reaching(Subject({k8s::PodPeer{}})).empty());
}

TEST_CASE("fields of one entry are ANDed, entries ORed (3.5)") {
  CHECK(Reaching(Subject({PodsOfNamespaces(Label("app", "a"), Label("team", "x"))})) == "xa");
  CHECK(Reaching(Subject({PodsWith(Label("app", "a")), NamespacesWith(Label("team", "y"))})) ==
        "xa ya yb");
}

TEST_CASE("a peer may be the subject's own namespace, or the subject (3.7)") {
  const auto objects = Subject({PodsWith(Label("app", "s"))});
  CHECK(Reaching(objects).empty());
  CHECK(CanConnect(objects, Between("10.0.0.1", "10.0.0.1")));
}

TEST_CASE("a selector stands for the pod's addresses of both families (3.8)") {
  const auto objects = Subject({PodsWith(Label("app", "a"))});
  CHECK(CanConnect(objects, Between("fd00::2", "fd00::1")));
  CHECK_FALSE(CanConnect(objects, Between("fd00::3", "fd00::1")));
}

TEST_CASE("pods of a namespace that is not known match no namespaceSelector (3.9)") {
  const auto not_x = Select({Require("team", Operator::kNotIn, {"x"})});
  auto objects = Subject({NamespacesWith(not_x)});
  CHECK(Reaching(objects) == "ya yb");
  objects.namespaces.pop_back();
  CHECK(Reaching(objects).empty());
  objects.namespaces.push_back(MakeNamespace("y", {{"team", "z"}}));
  CHECK(Reaching(objects) == "ya yb");
}

TEST_CASE("a namespace's name label is a label like any other (4.7)") {
  auto objects = Subject({NamespacesWith(Label("kubernetes.io/metadata.name", "y"))});
  CHECK(Reaching(objects).empty());
  objects.namespaces[1].meta.labels["kubernetes.io/metadata.name"] = "y";
  CHECK(Reaching(objects) == "ya yb");
}

TEST_CASE("an ipBlock is cidr without its excepts, for pods and outside alike (5.2, 5.3)") {
  CHECK(Reaching(Subject({Addresses("10.0.0.0/24")})) == "xa ya yb");
  CHECK(Reaching(Subject({Addresses("10.0.0.0/24", {"10.0.0.2/31"})})) == "yb");
  CHECK(Reaching(Subject({Addresses("0.0.0.0/0", {"10.0.0.0/8"})})) == "out");
}

TEST_CASE("except cuts its own block only, never another entry, rule or policy (5.2)") {
  CHECK(Reaching(Subject({Addresses("10.0.0.0/24", {"10.0.0.2/32"}), Addresses("10.0.0.2/31")})) ==
        "xa ya yb");
  CHECK(Reaching(Subject({Addresses("10.0.0.0/24", {"10.0.0.2/32"}),
                          PodsWith(Label("app", "a"))})) == "xa ya yb");
}

TEST_CASE("hostNetwork pods are reached by blocks on their node's address (5.3)") {
  auto objects = Subject({Addresses("192.0.2.1/32")});
  auto on_host = MakePod("y/host", {kOutside}, {{"app", "a"}});
  on_host.host_network = true;
  objects.pods.push_back(on_host);
  CHECK(Reaching(objects) == "out");
}

TEST_CASE("a block of one family says nothing about the other (5.4)") {
  const auto objects = Subject({Addresses("0.0.0.0/0")});
  CHECK(Reaching(objects) == "xa ya yb out");
  CHECK_FALSE(CanConnect(objects, Between("fd00::2", "fd00::1")));
  const auto both = Subject({Addresses("0.0.0.0/0"), Addresses("::/0")});
  CHECK(CanConnect(both, Between("fd00::2", "fd00::1")));
}

TEST_CASE("excepts may be single addresses, and may leave nothing (5.5)") {
  CHECK(Reaching(Subject({Addresses("10.0.0.2/31", {"10.0.0.2/32", "10.0.0.3/32"})})).empty());
}

TEST_CASE("a block that matches nobody isolates all the same (5.9)") {
  CHECK(Reaching(Subject({Addresses("0.0.0.0/31")})).empty());
}

TEST_CASE("overlapping, adjacent and repeated blocks become disjoint intervals (5.10)") {
  const auto objects = Subject({Addresses("10.0.0.0/31"),
                                Addresses("10.0.0.2/31"),
                                Addresses("10.0.0.0/30"),
                                Addresses("10.0.0.0/30", {"10.0.0.1/32"})});
  CHECK(Reaching(objects) == "xa ya");
  for (const auto& [name, set] : CompileFor(objects).sets) {
    if (name.rfind("cidr4-", 0) == 0) {
      REQUIRE(set.elements.size() == 1);
      CHECK(set.elements.begin()->second.key == Ip("10.0.0.0").Bytes());
      CHECK(set.elements.begin()->second.key_end == Ip("10.0.0.3").Bytes());
    }
  }
}

}  // namespace portcullis::test
