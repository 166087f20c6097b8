// SPDX-License-Identifier: Apache-2.0
//
// See machine.h.
#include "tests/bench/support/machine.h"

#include <array>
#include <ctime>
#include <fstream>
#include <sstream>
#include <thread>

#include <unistd.h>

#include <sys/utsname.h>

#include "controller/version.h"

namespace portcullis::bench {
namespace {

std::string Processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) == 0) {
      return line.substr(line.find(':') + 2);
    }
  }
  return "processor";
}

}  // namespace

std::string Commit() {
  return kVersion;
}

std::string Machine() {
  utsname system{};
  uname(&system);
  constexpr int64_t kGigabyte = 1'000'000'000;
  const int64_t memory = int64_t{sysconf(_SC_PHYS_PAGES)} * sysconf(_SC_PAGESIZE);
  std::ostringstream text;
  text << std::thread::hardware_concurrency() << " × " << Processor() << ", " << memory / kGigabyte
       << " GB, " << system.sysname << ' ' << system.release;
  return text.str();
}

std::string Date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

}  // namespace portcullis::bench
