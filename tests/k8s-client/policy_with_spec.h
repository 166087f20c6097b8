// SPDX-License-Identifier: Apache-2.0
//
// A NetworkPolicy as it is decoded from the JSON of its spec, for the tests of decode_policy and
// its parts.
#ifndef PORTCULLIS_TESTS_K8S_CLIENT_POLICY_WITH_SPEC_H_
#define PORTCULLIS_TESTS_K8S_CLIENT_POLICY_WITH_SPEC_H_

#include <string>

#include <catch2/catch.hpp>

#include "k8s-client/decode.h"

namespace portcullis::k8s {

inline NetworkPolicy WithSpec(const std::string& spec) {
  const auto policy =
      DecodeNetworkPolicy(R"({"metadata":{"name":"p","namespace":"n"},"spec":)" + spec + "}");
  INFO(spec);
  REQUIRE(policy.has_value());
  return *policy;
}

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_TESTS_K8S_CLIENT_POLICY_WITH_SPEC_H_
