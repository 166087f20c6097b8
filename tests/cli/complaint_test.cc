// SPDX-License-Identifier: Apache-2.0
//
// What a command says where its answer cannot be written.
#include "controller/cli/complaint.h"

#include <iostream>

#include <catch2/catch.hpp>

#include "tests/cli/captured.h"

namespace portcullis::cli {
namespace {

/// Standard output that takes nothing, as long as it lives.
class FullDisk : public std::streambuf {
 public:
  FullDisk() : before_(std::cout.rdbuf(this)) {}
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  FullDisk(FullDisk&&) = delete;
  FullDisk& operator=(FullDisk&&) = delete;
  ~FullDisk() override { std::cout.rdbuf(before_); }

 private:
  std::streambuf* before_;
};

TEST_CASE("an answer is printed", "[complaint]") {
  const Captured out(std::cout);
  CHECK(Print("yes\n"));
  CHECK(out.text() == "yes\n");
}

TEST_CASE("an answer that cannot be printed is complained of", "[complaint]") {
  const Captured complaint(std::cerr);
  const FullDisk disk;
  CHECK_FALSE(Print("yes\n"));
  CHECK_THAT(complaint.text(), Catch::StartsWith("portcullis: standard output cannot be written"));
}

}  // namespace
}  // namespace portcullis::cli
