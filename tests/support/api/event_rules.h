// SPDX-License-Identifier: Apache-2.0
//
// What a kube-apiserver demands of an events.k8s.io/v1 Event before it creates it. Pure.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_EVENT_RULES_H_
#define PORTCULLIS_TESTS_SUPPORT_API_EVENT_RULES_H_

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace portcullis::test {

/// Empty where nothing is.
[[nodiscard]] std::string WhatIsWrongWithEvent(const nlohmann::json& event);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_EVENT_RULES_H_
