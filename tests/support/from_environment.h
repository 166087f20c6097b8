// SPDX-License-Identifier: Apache-2.0
//
// A number that whoever runs a random test may set: its seed, or how many worlds it tries.
#ifndef PORTCULLIS_TESTS_SUPPORT_FROM_ENVIRONMENT_H_
#define PORTCULLIS_TESTS_SUPPORT_FROM_ENVIRONMENT_H_

#include <cstdint>
#include <cstdlib>

namespace portcullis::test {

inline uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_FROM_ENVIRONMENT_H_
