// SPDX-License-Identifier: Apache-2.0
//
// The seed of a run of the property tests: PORTCULLIS_SEED, or a new one each time.
#ifndef PORTCULLIS_TESTS_K8S_CLIENT_SEED_H_
#define PORTCULLIS_TESTS_K8S_CLIENT_SEED_H_

#include <cstdint>
#include <random>

#include "tests/support/from_environment.h"

namespace portcullis::test {

inline uint64_t SeedOfRun() {
  const char* given = std::getenv("PORTCULLIS_SEED");  // NOLINT(concurrency-mt-unsafe): one thread
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_K8S_CLIENT_SEED_H_
