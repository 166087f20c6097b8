// SPDX-License-Identifier: Apache-2.0
//
// The main() of test programs that need root: without it they are skipped (77), never passed.
#define CATCH_CONFIG_RUNNER
#include <iostream>

#include <unistd.h>

#include <catch2/catch.hpp>

int main(int argc, char** argv) {
  constexpr int kSkipped = 77;
  if (geteuid() != 0) {
    std::cout << "skipped: network namespaces and nf_tables need root\n";
    return kSkipped;
  }
  return Catch::Session().run(argc, argv);
}
