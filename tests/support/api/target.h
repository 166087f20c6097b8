// SPDX-License-Identifier: Apache-2.0
//
// What the URLs of the test API server stand for. Pure.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_TARGET_H_
#define PORTCULLIS_TESTS_SUPPORT_API_TARGET_H_

#include <optional>
#include <string>

#include "tests/support/api/object_store.h"

namespace portcullis::test {

/// What a URL names: a collection, of one namespace or of all, or one object of it.
struct Target {
  const KindInfo* kind = nullptr;
  std::string ns;
  std::string name;
};

/// Nothing where there is no such resource.
[[nodiscard]] std::optional<Target> FindTarget(const std::string& path);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_TARGET_H_
