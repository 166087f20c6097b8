// SPDX-License-Identifier: Apache-2.0
//
// The structs of k8s-client/types.h and node.h → JSON as the API server would send it: the inverse
// of k8s-client/decode, for tests that begin with values. Pure.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_TO_JSON_H_
#define PORTCULLIS_TESTS_SUPPORT_API_TO_JSON_H_

#include <string>

#include "k8s-client/node.h"
#include "k8s-client/types.h"

namespace portcullis::test {

/// An object whose decoding gives the value back, but for `problems`, which have no form in JSON.
[[nodiscard]] std::string ToJson(const k8s::Pod& pod);
[[nodiscard]] std::string ToJson(const k8s::Namespace& ns);
[[nodiscard]] std::string ToJson(const k8s::Node& node);
[[nodiscard]] std::string ToJson(const k8s::NetworkPolicy& policy);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_TO_JSON_H_
