// SPDX-License-Identifier: Apache-2.0
//
// See process_usage.h.
#include "controller/serving/process_usage.h"

#include <ctime>
#include <fstream>

#include <unistd.h>

namespace portcullis {
namespace {

double CpuSeconds() {
  timespec used{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) {
    return 0;
  }
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

/// statm is readable where a file capability hides most of /proc/self from an unprivileged process.
double ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  double total_pages = 0;
  double resident_pages = 0;
  statm >> total_pages >> resident_pages;
  return resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

ProcessUsage ReadProcessUsage() {
  return {CpuSeconds(), ResidentBytes()};
}

}  // namespace portcullis
