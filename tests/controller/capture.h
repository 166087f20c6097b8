// SPDX-License-Identifier: Apache-2.0
//
// Standard output caught in a file, for tests of what the log says. Not for tests with threads that
// print meanwhile.
#ifndef PORTCULLIS_TESTS_CONTROLLER_CAPTURE_H_
#define PORTCULLIS_TESTS_CONTROLLER_CAPTURE_H_

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <unistd.h>

#include <catch2/catch.hpp>

namespace portcullis::test {

/// What `write` puts on standard output.
template <typename Write>
std::string Capture(const Write& write) {
  std::array<char, 32> path{"/tmp/portcullis-log-XXXXXX"};
  const int file = mkstemp(path.data());
  REQUIRE(file >= 0);
  REQUIRE(std::fflush(stdout) == 0);
  const int saved = dup(STDOUT_FILENO);
  dup2(file, STDOUT_FILENO);
  write();
  REQUIRE(std::fflush(stdout) == 0);
  dup2(saved, STDOUT_FILENO);
  close(saved);
  close(file);
  std::ifstream stream(path.data());
  std::stringstream text;
  text << stream.rdbuf();
  unlink(path.data());
  return text.str();
}

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_CONTROLLER_CAPTURE_H_
