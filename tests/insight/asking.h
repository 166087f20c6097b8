// SPDX-License-Identifier: Apache-2.0
//
// Questions to `explain` as people put them, for tests.
#ifndef PORTCULLIS_TESTS_INSIGHT_ASKING_H_
#define PORTCULLIS_TESTS_INSIGHT_ASKING_H_

#include <optional>
#include <string>

#include "controller/insight/explanation.h"
#include "k8s-client/types.h"

namespace portcullis::test {

/// The answer; fails the test where there is none.
[[nodiscard]] insight::Explanation Ask(const k8s::Objects& objects,
                                       const std::string& from,
                                       const std::string& to,
                                       const std::string& port,
                                       std::optional<Family> family = std::nullopt);

/// Why there is no answer; fails the test where there is one.
[[nodiscard]] std::string FailureOf(const k8s::Objects& objects,
                                    const std::string& from,
                                    const std::string& to,
                                    const std::string& port,
                                    std::optional<Family> family = std::nullopt);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_INSIGHT_ASKING_H_
