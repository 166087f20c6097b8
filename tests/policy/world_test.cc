// SPDX-License-Identifier: Apache-2.0
//
// World::Apply(): the newest state of each object, whatever was replayed.
#include "controller/policy/world.h"

#include <catch2/catch.hpp>

#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

const k8s::ObjectKey kA{"x", "a"};
const k8s::ObjectKey kB{"x", "b"};

policy::Changes PodChange(const k8s::ObjectKey& key,
                          std::optional<k8s::Pod> pod,
                          uint32_t list = 0) {
  policy::Changes changes;
  changes.pods.objects[key] = {std::move(pod), list};
  return changes;
}

policy::World TwoPods() {
  return policy::World({{MakePod("x/a", {"10.0.0.1"}), MakePod("x/b", {"10.0.0.2"})}, {}, {}});
}

}  // namespace

TEST_CASE("an object's newest state replaces the one before wholly (10.7)") {
  auto world = TwoPods();
  world.Apply(PodChange(kA, MakePod("x/a", {"10.0.0.9"})));
  CHECK(world.pods().at(kA).addresses == std::vector{Ip("10.0.0.9")});
  CHECK(world.pods().size() == 2);
}

TEST_CASE("deleting what is not there is no error") {
  auto world = TwoPods();
  world.Apply(PodChange(kA, std::nullopt));
  world.Apply(PodChange(kA, std::nullopt));
  CHECK(world.pods().count(kA) == 0);
  CHECK(world.pods().count(kB) == 1);
}

TEST_CASE("after a list, what is not in it is gone, of its kind only (10.8)") {
  auto world = TwoPods();
  policy::Changes namespaces;
  namespaces.namespaces.objects[{"", "x"}] = {MakeNamespace("x"), 0};
  world.Apply(namespaces);
  auto listed = PodChange(kB, MakePod("x/b", {"10.0.0.3"}), 1);
  listed.pods.complete_list = 1;
  world.Apply(listed);
  CHECK(world.pods().count(kA) == 0);
  CHECK(world.pods().at(kB).addresses == std::vector{Ip("10.0.0.3")});
  CHECK(world.namespaces().size() == 1);
}

TEST_CASE("a list in pieces takes away nothing before it is complete (10.8)") {
  auto world = TwoPods();
  world.Apply(PodChange(kB, MakePod("x/b", {"10.0.0.3"}), 1));
  CHECK(world.pods().size() == 2);
  policy::Changes end;
  end.pods.complete_list = 1;
  world.Apply(end);
  CHECK(world.pods().size() == 1);
  CHECK(world.pods().count(kB) == 1);
}

TEST_CASE("what a newer list has told already stays when the one before is complete") {
  auto world = TwoPods();
  auto changes = PodChange(kB, MakePod("x/b", {"10.0.0.3"}), 2);
  changes.pods.complete_list = 1;
  world.Apply(changes);
  CHECK(world.pods().size() == 1);
  CHECK(world.pods().count(kB) == 1);
}

TEST_CASE("an empty list empties its kind") {
  auto world = TwoPods();
  policy::Changes listed;
  listed.pods.complete_list = 1;
  CHECK_FALSE(listed.empty());
  world.Apply(listed);
  CHECK(world.pods().empty());
}

TEST_CASE("a list in pieces takes nothing away before it is complete") {
  auto world = TwoPods();
  world.Apply(PodChange(kA, MakePod("x/a", {"10.0.0.1"}), 1));
  CHECK(world.pods().size() == 2);
  policy::Changes complete;
  complete.pods.complete_list = 1;
  world.Apply(complete);
  CHECK(world.pods().count(kA) == 1);
  CHECK(world.pods().count(kB) == 0);
}

TEST_CASE("what an abandoned list brought stays until the next one is complete") {
  auto world = TwoPods();
  world.Apply(PodChange(kA, MakePod("x/a", {"10.0.0.1"}), 1));
  world.Apply(PodChange(kB, MakePod("x/b", {"10.0.0.2"}), 2));
  CHECK(world.pods().size() == 2);
  policy::Changes complete;
  complete.pods.complete_list = 2;
  world.Apply(complete);
  CHECK(world.pods().count(kA) == 0);
  CHECK(world.pods().count(kB) == 1);
}

}  // namespace portcullis::test
