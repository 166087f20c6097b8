// SPDX-License-Identifier: Apache-2.0
//
// The cluster that rules are made of, for portcullis and for its peer alike: a node full of
// isolated pods, and policies that differ in their peers and repeat a few ports, as policies of one
// namespace do. Pure.
#ifndef PORTCULLIS_TESTS_BENCH_PACKETS_OBJECTS_H_
#define PORTCULLIS_TESTS_BENCH_PACKETS_OBJECTS_H_

#include <cstdint>
#include <vector>

#include "base/ip.h"
#include "k8s-client/types.h"

namespace portcullis::bench {

inline constexpr char kNode[] = "node1";

/// How many policies select the sink and the server, and how many pods the node has. Every other
/// pod has one policy, so all are isolated.
struct Size {
  size_t policies = 1;
  size_t pods = 10;
};

/// Where packets are sent to. Policy 0 allows it, and some of the others do.
inline constexpr uint16_t kMeasuredPort = 8000;

/// The port of both protocols that policy number `policy` allows.
[[nodiscard]] uint16_t PortOf(size_t policy);

/// The pods, on other nodes, from which policy number `policy` allows connections. The client is
/// one of those of policy `client_of`.
[[nodiscard]] std::vector<IpAddress> Peers(size_t policy, size_t client_of, Family family);

[[nodiscard]] k8s::Objects MakeObjects(const Size& size, size_t client_of);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_PACKETS_OBJECTS_H_
