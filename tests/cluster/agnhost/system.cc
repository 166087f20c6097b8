// SPDX-License-Identifier: Apache-2.0
//
// See system.h.
#include "tests/cluster/agnhost/system.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <poll.h>
#include <unistd.h>

#include <sys/random.h>

namespace portcullis::agnhost {

TimePoint Now() {
  return std::chrono::steady_clock::now();
}

uint32_t RandomNumber() {
  uint32_t out = 0;
  while (out == 0) {
    if (::getrandom(&out, sizeof out, 0) < 0) {
      Say("agnhost: the kernel gives no random numbers");
      std::abort();
    }
  }
  return out;
}

std::string HostName() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string ErrorText(int error) {
  const char* text = ::strerrordesc_np(error);
  std::string out = text == nullptr ? "errno " + std::to_string(error) : text;
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 'a' - 'A') : c;
  });
  return out;
}

int PollTimeout(std::optional<TimePoint> until) {
  if (!until) {
    return -1;
  }
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*until - Now()).count();
  return static_cast<int>(std::clamp<int64_t>(left, 0, 1 << 30));
}

bool WaitFor(int fd, short events, std::optional<TimePoint> until) {
  pollfd one{fd, events, 0};
  return ::poll(&one, 1, PollTimeout(until)) > 0;
}

void Say(const std::string& line) {
  static_cast<void>(std::fputs((line + "\n").c_str(), stderr));
}

}  // namespace portcullis::agnhost
