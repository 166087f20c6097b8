// SPDX-License-Identifier: Apache-2.0
//
// The line of progress: when it is drawn, and that nothing of it stays.
#include "controller/cli/progress.h"

#include <sstream>

#include <catch2/catch.hpp>

namespace portcullis::cli {
namespace {

using std::chrono::milliseconds;

/// A Progress at a time that the test says.
struct Bench {
  std::chrono::steady_clock::time_point now;
  std::ostringstream out;
  Terminal terminal{true, true, 40};

  Progress Start() {
    return Progress("reading", out, terminal, [this] { return now; });
  }
  std::string Taken() {
    std::string text = out.str();
    out.str("");
    return text;
  }
};

TEST_CASE("Work that ends within a second shows no progress", "[progress]") {
  Bench bench;
  {
    Progress progress = bench.Start();
    bench.now += milliseconds(999);
    progress.Update(1, 2, "pods");
  }
  CHECK(bench.Taken().empty());
}

TEST_CASE("Longer work shows how far it is, and erases it at the end", "[progress]") {
  Bench bench;
  {
    Progress progress = bench.Start();
    bench.now += milliseconds(1'000);
    progress.Update(500, 2'000, "pods");
    CHECK(bench.Taken() == "\r\x1b[Kreading: 500 of 2000 pods, 25 %");
    bench.now += milliseconds(100);
    progress.Update(700, std::nullopt, "pods");
    CHECK(bench.Taken() == "\r\x1b[Kreading: 700 pods");
  }
  CHECK(bench.Taken() == "\r\x1b[K");
}

TEST_CASE("The line is drawn ten times a second at most", "[progress]") {
  Bench bench;
  Progress progress = bench.Start();
  bench.now += milliseconds(1'000);
  int drawn = 0;
  for (uint64_t i = 0; i < 1'000; ++i) {
    progress.Update(i, 1'000, "pods");
    drawn += bench.Taken().empty() ? 0 : 1;
    bench.now += milliseconds(1);
  }
  CHECK(drawn == 10);
}

TEST_CASE("Progress is for terminals that can redraw a line", "[progress]") {
  Bench bench;
  bench.terminal.interactive = false;
  Progress progress = bench.Start();
  bench.now += milliseconds(60'000);
  progress.Update(1, 2, "pods");
  progress.Finish();
  CHECK(bench.Taken().empty());
}

TEST_CASE("A line that would break is cut", "[progress]") {
  Bench bench;
  bench.terminal.width = 12;
  Progress progress = bench.Start();
  bench.now += milliseconds(1'000);
  progress.Update(500, 2'000, "pods");
  CHECK(bench.Taken() == "\r\x1b[Kreading: 50");
}

TEST_CASE("Nothing of nothing is all of it", "[progress]") {
  Bench bench;
  Progress progress = bench.Start();
  bench.now += milliseconds(1'000);
  progress.Update(0, 0, "pods");
  CHECK(bench.Taken() == "\r\x1b[Kreading: 0 of 0 pods, 100 %");
}

}  // namespace
}  // namespace portcullis::cli
