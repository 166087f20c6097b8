// SPDX-License-Identifier: Apache-2.0
//
// What is told, and when: once per change, and what may pass only when it has lasted.
#include "controller/api_events/ledger.h"

#include <catch2/catch.hpp>

#include "controller/api_events/token_bucket.h"

namespace portcullis::api_events {
namespace {

using insight::Finding;
using std::chrono::minutes;
using std::chrono::seconds;

const Ledger::Time kStart{std::chrono::hours(1)};
const Finding kLasting{Finding::Kind::kNotUnderstood, "odd"};
const Finding kPassing{Finding::Kind::kSelectsNoPod, "nothing"};

PolicyRef Policy(int64_t generation, const std::string& uid = "u") {
  k8s::ObjectMeta meta;
  meta.key = {"shop", "web"};
  meta.uid = uid;
  meta.generation = generation;
  return PolicyRef(meta);
}

/// What is due at `now`, told.
std::vector<Finding> Tell(Ledger& ledger, Ledger::Time now) {
  std::vector<Finding> told;
  while (const auto due = ledger.Next(now)) {
    told.push_back(due->finding);
    ledger.Told(*due);
  }
  return told;
}

TEST_CASE("What does not depend on pods is told at once, and once") {
  Ledger ledger;
  ledger.Note(Policy(1), 0, {kLasting}, kStart);
  CHECK(Tell(ledger, kStart) == std::vector<Finding>{kLasting});
  ledger.Note(Policy(1), 0, {kLasting}, kStart + minutes(1));
  CHECK(Tell(ledger, kStart + minutes(60)).empty());
  CHECK(ledger.waiting() == 0);
}

TEST_CASE("What depends on pods is told when it has lasted, and begins anew after a gap") {
  Ledger ledger;
  ledger.Note(Policy(1), 0, {kPassing}, kStart);
  CHECK(ledger.waiting() == 1);
  CHECK(Tell(ledger, kStart + minutes(4)).empty());
  ledger.Note(Policy(1), 0, {}, kStart + minutes(4));
  ledger.Note(Policy(1), 0, {kPassing}, kStart + minutes(4) + seconds(30));
  CHECK(Tell(ledger, kStart + minutes(6)).empty());
  ledger.Note(Policy(1), 0, {kPassing}, kStart + minutes(9));
  CHECK(Tell(ledger, kStart + minutes(10)) == std::vector<Finding>{kPassing});
}

TEST_CASE("A change of the policy is told of anew, another write of the same is not") {
  Ledger ledger;
  ledger.Note(Policy(1), 0, {kLasting}, kStart);
  CHECK(Tell(ledger, kStart).size() == 1);
  ledger.Note(Policy(2), 0, {kLasting}, kStart);
  CHECK(Tell(ledger, kStart).size() == 1);
  ledger.Note(Policy(2, "made anew"), 0, {kLasting}, kStart);
  CHECK(Tell(ledger, kStart).size() == 1);
  PolicyRef touched = Policy(2, "made anew");
  touched.resource_version = "9";
  ledger.Note(touched, 0, {kLasting}, kStart);
  CHECK(Tell(ledger, kStart).empty());
}

TEST_CASE("Nodes further back in the ranking wait longer") {
  Ledger ledger;
  ledger.Note(Policy(1), 2, {kLasting}, kStart);
  CHECK(Tell(ledger, kStart + minutes(3)).empty());
  CHECK(Tell(ledger, kStart + minutes(4)).size() == 1);
}

TEST_CASE("What was told of an older form, or of a policy that is gone, changes nothing") {
  Ledger ledger;
  ledger.Note(Policy(1), 0, {kLasting}, kStart);
  const auto due = ledger.Next(kStart);
  REQUIRE(due);
  ledger.Note(Policy(2), 0, {kLasting}, kStart);
  ledger.Told(*due);
  CHECK(Tell(ledger, kStart).size() == 1);
  ledger.Note(Policy(3), 0, {kLasting}, kStart);
  ledger.Forget({"shop", "web"});
  ledger.Told(*due);
  CHECK(Tell(ledger, kStart).empty());
}

TEST_CASE("The one that is due for longest comes first") {
  Ledger ledger;
  ledger.Note(Policy(1), 0, {kLasting, kPassing}, kStart);
  CHECK(Tell(ledger, kStart + minutes(5)) == std::vector<Finding>{kLasting, kPassing});
}

TEST_CASE("A bucket gives a burst, then a steady rate, and fills again") {
  TokenBucket bucket(3, seconds(10));
  const auto take = [&bucket](Ledger::Time now) {
    const bool ready = bucket.ready() <= now;
    if (ready) {
      bucket.Take(now);
    }
    return ready;
  };
  for (int i = 0; i < 3; ++i) {
    CHECK(take(kStart));
  }
  CHECK_FALSE(take(kStart));
  CHECK_FALSE(take(kStart + seconds(9)));
  CHECK(take(kStart + seconds(10)));
  CHECK_FALSE(take(kStart + seconds(11)));
  for (int i = 0; i < 3; ++i) {
    CHECK(take(kStart + minutes(10)));
  }
  CHECK_FALSE(take(kStart + minutes(10)));
}

}  // namespace
}  // namespace portcullis::api_events
