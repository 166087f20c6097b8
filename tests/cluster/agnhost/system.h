// SPDX-License-Identifier: Apache-2.0
//
// What the machine alone can tell: the time, chance, its name. The parts that decide are handed
// these as values.
#ifndef PORTCULLIS_TESTS_CLUSTER_AGNHOST_SYSTEM_H_
#define PORTCULLIS_TESTS_CLUSTER_AGNHOST_SYSTEM_H_

#include <cstdint>
#include <optional>
#include <string>

#include "tests/cluster/agnhost/association.h"

namespace portcullis::agnhost {

[[nodiscard]] TimePoint Now();
/// Never 0.
[[nodiscard]] uint32_t RandomNumber();
[[nodiscard]] std::string HostName();
/// An errno in Go's words: "connection refused".
[[nodiscard]] std::string ErrorText(int error);
/// Waits until a descriptor can be read or written (`events` as of poll), or `until`; nothing: for
/// ever. Whether it can.
[[nodiscard]] bool WaitFor(int fd, short events, std::optional<TimePoint> until);
/// The milliseconds until then for poll(): rounded up, -1 without an end.
[[nodiscard]] int PollTimeout(std::optional<TimePoint> until);
/// A line on standard error.
void Say(const std::string& line);

}  // namespace portcullis::agnhost

#endif  // PORTCULLIS_TESTS_CLUSTER_AGNHOST_SYSTEM_H_
