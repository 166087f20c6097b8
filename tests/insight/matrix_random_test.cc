// SPDX-License-Identifier: Apache-2.0
//
// Random worlds: the matrix, which asks once per pair of classes, against each pair asked alone and
// against the oracle; the difference against two matrices. PORTCULLIS_SEED and
// PORTCULLIS_ITERATIONS override the defaults; a failure prints the seed of its world.
#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "controller/insight/difference.h"
#include "controller/insight/matrix_view.h"
#include "controller/insight/reach_matrix.h"
#include "tests/support/from_environment.h"
#include "tests/support/oracle/generator.h"
#include "tests/support/oracle/oracle.h"

namespace portcullis::test {
namespace {

using insight::Change;
using insight::Difference;
using insight::EndGroup;
using insight::PortSet;
using insight::ReachMatrix;

const uint64_t kSeed = FromEnvironment("PORTCULLIS_SEED", 20260101);
const uint64_t kWorlds = FromEnvironment("PORTCULLIS_ITERATIONS", 1000);

struct Pair {
  Family family = Family::kIpv4;
  size_t from = 0;
  size_t to = 0;
};

std::vector<Pair> PairsOf(const std::vector<EndGroup>& ends) {
  std::vector<Pair> pairs;
  for (const Family family : {Family::kIpv4, Family::kIpv6}) {
    for (size_t from = 0; from < ends.size(); ++from) {
      for (size_t to = 0; to < ends.size(); ++to) {
        if (ends[from].families.count(family) > 0 && ends[to].families.count(family) > 0) {
          pairs.push_back({family, from, to});
        }
      }
    }
  }
  return pairs;
}

/// Whether every address of the one end gets `want` towards every other address of the other.
bool IsTrueOfAll(const insight::Reach& reach,
                 const std::vector<EndGroup>& ends,
                 const Pair& pair,
                 const insight::Answer& want) {
  for (const IpAddress& source : ends[pair.from].families.at(pair.family).addresses) {
    for (const IpAddress& destination : ends[pair.to].families.at(pair.family).addresses) {
      if (source != destination && AnswerOf(reach, source, destination) != want) {
        return false;
      }
    }
  }
  return true;
}

/// What `changes` say of a pair, of all that name both of its ends.
PortSet SaidOf(const std::vector<Change>& changes, const Pair& pair) {
  PortSet said;
  for (const Change& change : changes) {
    const auto has = [](const std::vector<size_t>& ends, size_t end) {
      return std::find(ends.begin(), ends.end(), end) != ends.end();
    };
    if (change.families.count(pair.family) > 0 && has(change.from, pair.from) &&
        has(change.to, pair.to)) {
      said = said | change.ports;
    }
  }
  return said;
}

}  // namespace

TEST_CASE("the matrix says of each pair what Reach says of each of its addresses") {
  size_t cells = 0;
  size_t audited = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const ReachMatrix matrix{policy::World(RandomObjects(random, GeneratorOptions()))};
    for (const Pair& pair : PairsOf(matrix.ends())) {
      const auto cell = matrix.Cell(pair.family, pair.from, pair.to);
      if (cell && !IsTrueOfAll(matrix.reach(), matrix.ends(), pair, matrix.answers()[*cell])) {
        FAIL("PORTCULLIS_SEED=" << seed << " " << ToText(matrix.ends()[pair.from]) << " > "
                                << ToText(matrix.ends()[pair.to]));
      }
      cells += cell ? 1U : 0U;
      audited += cell && !matrix.answers()[*cell].would_deny.empty() ? 1U : 0U;
    }
  }
  CHECK(cells > kWorlds * 20);
  CHECK(audited > kWorlds);
}

TEST_CASE("the matrix answers for any two addresses as the oracle does (0)") {
  const GeneratorOptions options;
  size_t allowed = 0;
  size_t denied = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const k8s::Objects objects = RandomObjects(random, options);
    const ReachMatrix matrix{policy::World(objects)};
    for (int i = 0; i < 40; ++i) {
      const Connection flow = RandomConnection(random, objects, options);
      const bool answer =
          matrix.Between(flow.source, flow.destination).Contains(flow.protocol, flow.port);
      ++(answer ? allowed : denied);
      if (answer != Allowed(objects, flow)) {
        FAIL("PORTCULLIS_SEED=" << seed << "\n" << Explain(objects, flow));
      }
    }
  }
  CHECK(allowed > kWorlds * 10);
  CHECK(denied > kWorlds * 5);
}

TEST_CASE("lines that are gathered hide no answer") {
  size_t gathered = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    const ReachMatrix matrix{policy::World(RandomObjects(random, GeneratorOptions()))};
    const insight::MatrixView view(matrix, {std::nullopt, {}, true});
    for (const Family family : view.families()) {
      for (size_t from = 0; from < view.lines().size(); ++from) {
        for (size_t to = 0; to < view.lines().size(); ++to) {
          for (const size_t one : view.lines()[from].ends) {
            for (const size_t other : view.lines()[to].ends) {
              const auto cell = matrix.Cell(family, one, other);
              if (cell && matrix.answers()[*cell] != *view.Answer(family, from, to)) {
                FAIL("PORTCULLIS_SEED=" << seed << " " << ToText(matrix.ends()[one]) << " > "
                                        << ToText(matrix.ends()[other]));
              }
            }
          }
        }
      }
    }
    gathered += matrix.ends().size() - view.lines().size();
  }
  CHECK(gathered > kWorlds / 10);
}

TEST_CASE("a difference says of each pair what Reach says before and after") {
  const GeneratorOptions options;
  size_t changes = 0;
  for (uint64_t seed = kSeed; seed < kSeed + kWorlds; ++seed) {
    Random random(seed);
    k8s::Objects objects = RandomObjects(random, options);
    const policy::World before(objects);
    for (int i = 0; i < 3; ++i) {
      static_cast<void>(MutateLabelsOrPolicies(random, objects, options));
    }
    const policy::World after(objects);
    const insight::Reach reach_before(before);
    const insight::Reach reach_after(after);
    const Difference difference = insight::Compare(before, after);
    const std::vector<EndGroup>& ends = difference.ends;
    for (const Pair& pair : PairsOf(ends)) {
      const bool is_itself = pair.from == pair.to && ends[pair.from].members.size() < 2;
      const bool is_judged = ends[pair.from].kind == insight::EndKind::kPods ||
                             ends[pair.to].kind == insight::EndKind::kPods;
      if (is_itself || !is_judged) {
        continue;
      }
      const IpAddress& source = ends[pair.from].families.at(pair.family).addresses.front();
      const IpAddress& destination = ends[pair.to].families.at(pair.family).addresses.back();
      if (source == destination) {
        continue;
      }
      const PortSet was = reach_before.Between(source, destination);
      const PortSet is = reach_after.Between(source, destination);
      if (SaidOf(difference.opened, pair) != is - was ||
          SaidOf(difference.closed, pair) != was - is) {
        FAIL("PORTCULLIS_SEED=" << seed << " " << ToText(ends[pair.from]) << " > "
                                << ToText(ends[pair.to]));
      }
    }
    changes += difference.opened.size() + difference.closed.size();
  }
  CHECK(changes > kWorlds);
}

}  // namespace portcullis::test
