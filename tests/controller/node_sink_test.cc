// SPDX-License-Identifier: Apache-2.0
//
// What the queue and the log are told of this node's pod ranges.
#include "controller/watches/node_sink.h"

#include <catch2/catch.hpp>

#include "tests/controller/capture.h"

namespace portcullis {
namespace {

const Cidr kRange = *Cidr::Parse("10.1.0.0/24");
const Cidr kOther = *Cidr::Parse("fd00:1::/64");

k8s::Node NodeWith(policy::PodRanges ranges, std::vector<std::string> problems = {}) {
  k8s::Node node;
  node.meta.key = {"", "node1"};
  node.pod_cidrs = std::move(ranges);
  node.problems = std::move(problems);
  return node;
}

/// A sink, what the queue was told since the last question, and the lines of the log.
struct Told {
  EventQueue queue;

  template <typename Do>
  std::string By(const Do& act) {
    return test::Capture([&] {
      EventLog log(LogFormat::kText, LogLevel::kInfo);
      NodeSink sink("node1", queue, log);
      act(sink);
    });
  }

  std::optional<policy::PodRanges> Ranges() {
    const std::stop_source none;
    const auto now = std::chrono::steady_clock::now();
    return queue.Wait(none.get_token(), now).changes.pod_ranges;
  }
};

TEST_CASE("A list tells the ranges, an event tells others, the same again nothing", "[node]") {
  Told told;
  const std::string said = told.By([&](NodeSink& sink) {
    sink.BeginList();
    sink.AddListed({NodeWith({kRange})});
    CHECK_FALSE(told.Ranges().has_value());
    sink.EndList();
    CHECK(told.Ranges() == policy::PodRanges{kRange});
    sink.Upsert(NodeWith({kRange}));
    CHECK_FALSE(told.Ranges().has_value());
    sink.Upsert(NodeWith({kOther, kRange}));
    CHECK(told.Ranges() == policy::PodRanges{kRange, kOther});
    sink.Delete({"", "node1"});
    CHECK(told.Ranges() == policy::PodRanges{});
  });
  CHECK_THAT(said, Catch::Contains("pods of node node1 get addresses of 10.1.0.0/24: packets"));
  CHECK_THAT(said, Catch::Contains("10.1.0.0/24, fd00:1::/64"));
  CHECK_THAT(said, Catch::Contains("--pod-ranges"));
  CHECK(std::count(said.begin(), said.end(), '\n') == 3);
}

TEST_CASE("A Node that is not there, or names no ranges, is said once", "[node]") {
  Told told;
  const std::string said = told.By([&](NodeSink& sink) {
    for (int i = 0; i < 3; ++i) {
      sink.BeginList();
      sink.EndList();
    }
    sink.Upsert(NodeWith({}));
  });
  CHECK(told.Ranges() == policy::PodRanges{});
  CHECK(std::count(said.begin(), said.end(), '\n') == 1);
}

TEST_CASE("A range that is not understood is said once, and the others hold", "[node]") {
  Told told;
  const std::string said = told.By([&](NodeSink& sink) {
    for (int i = 0; i < 3; ++i) {
      sink.Upsert(NodeWith({kRange}, {"spec.podCIDRs[1]: \"x\" is no address block"}));
    }
  });
  CHECK(told.Ranges() == policy::PodRanges{kRange});
  CHECK_THAT(said, Catch::Contains("Node node1: spec.podCIDRs[1]: \"x\" is no address block"));
  CHECK(std::count(said.begin(), said.end(), '\n') == 2);
}

}  // namespace
}  // namespace portcullis
