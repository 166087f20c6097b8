// SPDX-License-Identifier: Apache-2.0
//
// Where programs are that take long to build and are kept for later runs.
#ifndef PORTCULLIS_TESTS_BENCH_WHOLE_CACHE_H_
#define PORTCULLIS_TESTS_BENCH_WHOLE_CACHE_H_

#include <cstdlib>
#include <filesystem>

namespace portcullis::bench {

/// What the environment's `variable` names, else `folder` below the user's cache folder.
[[nodiscard]] inline std::filesystem::path FromCache(const char* variable, const char* folder) {
  // NOLINTBEGIN(concurrency-mt-unsafe): nothing here sets the environment
  if (const char* named = std::getenv(variable)) {
    return named;
  }
  if (const char* cache = std::getenv("XDG_CACHE_HOME")) {
    return std::filesystem::path(cache) / folder;
  }
  const char* home = std::getenv("HOME");
  // NOLINTEND(concurrency-mt-unsafe)
  return std::filesystem::path(home != nullptr ? home : "/root") / ".cache" / folder;
}

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_WHOLE_CACHE_H_
