// SPDX-License-Identifier: Apache-2.0
//
// See asking.h.
#include "tests/insight/asking.h"

#include <catch2/catch.hpp>

namespace portcullis::test {
namespace {

Result<insight::Explanation> Try(const k8s::Objects& objects,
                                 const std::string& from,
                                 const std::string& to,
                                 const std::string& port,
                                 std::optional<Family> family) {
  return insight::Explain(policy::World(objects), {from, to, port, "default", family});
}

}  // namespace

insight::Explanation Ask(const k8s::Objects& objects,
                         const std::string& from,
                         const std::string& to,
                         const std::string& port,
                         std::optional<Family> family) {
  auto explanation = Try(objects, from, to, port, family);
  INFO((explanation ? "" : explanation.error().message));
  REQUIRE(explanation);
  return *std::move(explanation);
}

std::string FailureOf(const k8s::Objects& objects,
                      const std::string& from,
                      const std::string& to,
                      const std::string& port,
                      std::optional<Family> family) {
  const auto explanation = Try(objects, from, to, port, family);
  REQUIRE_FALSE(explanation);
  return explanation.error().message;
}

}  // namespace portcullis::test
