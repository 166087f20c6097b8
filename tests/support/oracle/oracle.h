// SPDX-License-Identifier: Apache-2.0
//
// The slow, obvious answer to "may this connection pass?", read straight off the NetworkPolicy API:
// no sets, no sharing, no order of evaluation to get wrong. It uses the objects' types but no code
// of controller/policy, whose results tests compare with it.
#ifndef PORTCULLIS_TESTS_SUPPORT_ORACLE_ORACLE_H_
#define PORTCULLIS_TESTS_SUPPORT_ORACLE_ORACLE_H_

#include <cstdint>
#include <string>

#include "base/ip.h"
#include "k8s-client/types.h"

namespace portcullis::test {

/// The first packet of a connection as its ends see it: the source before source NAT, destination
/// and port after destination NAT (5.8, 9.5).
struct Connection {
  IpAddress source;
  IpAddress destination;
  uint8_t protocol = 6;  ///< IANA number.
  uint16_t port = 0;     ///< Of the destination; without meaning for protocols without ports.
  bool made_by_own_node = false;  ///< By the node that the destination pod runs on (9.1).
};

/// "10.0.0.1 > 10.0.0.2 tcp 80".
[[nodiscard]] std::string ToText(const Connection& connection);

/// One side's answer with its reason, for people.
struct Answer {
  bool allowed = true;
  std::string why;
};

/// What the source's egress policies, and the destination's ingress policies, say alone.
[[nodiscard]] Answer EgressAnswer(const k8s::Objects& objects, const Connection& connection);
[[nodiscard]] Answer IngressAnswer(const k8s::Objects& objects, const Connection& connection);

/// Both sides agree (2.4).
[[nodiscard]] bool Allowed(const k8s::Objects& objects, const Connection& connection);

/// The same objects with every audited policy enforced.
[[nodiscard]] k8s::Objects Enforced(k8s::Objects objects);
/// Whether one side alone lets it pass, and would not if its audited policies were enforced (12.3).
[[nodiscard]] bool EgressWouldDeny(const k8s::Objects& objects, const Connection& connection);
[[nodiscard]] bool IngressWouldDeny(const k8s::Objects& objects, const Connection& connection);

[[nodiscard]] std::string Explain(const k8s::Objects& objects, const Connection& connection);

/// The pod that has `address`, if a pod has (8.1-8.6); part of `objects`.
[[nodiscard]] const k8s::Pod* PodAt(const k8s::Objects& objects, const IpAddress& address);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_ORACLE_ORACLE_H_
