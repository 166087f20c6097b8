// SPDX-License-Identifier: Apache-2.0
//
// See progress.h.
#include "controller/cli/progress.h"

#include <iostream>
#include <utility>

namespace portcullis::cli {
namespace {

constexpr std::chrono::milliseconds kPatience{1'000};
constexpr std::chrono::milliseconds kInterval{100};

/// Back to the beginning of the line, and erase it.
constexpr char kErase[] = "\r\x1b[K";

std::string Percent(uint64_t done, uint64_t all) {
  return std::to_string(all == 0 ? 100 : done * 100 / all) + " %";
}

}  // namespace

Progress::Progress(std::string what)
    : Progress(std::move(what), std::cerr, StandardError(), &std::chrono::steady_clock::now) {}

Progress::Progress(std::string what, std::ostream& out, const Terminal& terminal, Clock clock)
    : what_(std::move(what)),
      out_(out),
      terminal_(terminal),
      clock_(std::move(clock)),
      next_(clock_() + kPatience) {}

void Progress::Update(uint64_t done, std::optional<uint64_t> all, const std::string& unit) {
  if (!Due()) {
    return;
  }
  std::string line = what_ + ": " + std::to_string(done);
  line +=
      all ? " of " + std::to_string(*all) + " " + unit + ", " + Percent(done, *all) : " " + unit;
  Draw(std::move(line));
}

void Progress::Finish() {
  if (std::exchange(drawn_, false)) {
    out_ << kErase << std::flush;
  }
}

bool Progress::Due() {
  if (!terminal_.interactive) {
    return false;
  }
  const auto now = clock_();
  if (now < next_) {
    return false;
  }
  next_ = now + kInterval;
  return true;
}

void Progress::Draw(std::string line) {
  // A line that reaches the last column would break, and could not be erased.
  if (line.size() >= terminal_.width) {
    line.resize(terminal_.width - 1);
  }
  out_ << kErase << line << std::flush;
  drawn_ = true;
}

}  // namespace portcullis::cli
