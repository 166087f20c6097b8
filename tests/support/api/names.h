// SPDX-License-Identifier: Apache-2.0
//
// How the API server calls the values of enumerations, whatever the format. Pure; for to_json and
// to_protobuf.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_NAMES_H_
#define PORTCULLIS_TESTS_SUPPORT_API_NAMES_H_

#include "k8s-client/types.h"

namespace portcullis::test {

[[nodiscard]] inline const char* NameOf(k8s::Protocol protocol) {
  switch (protocol) {
    case k8s::Protocol::kTcp:
      return "TCP";
    case k8s::Protocol::kUdp:
      return "UDP";
    case k8s::Protocol::kSctp:
      return "SCTP";
  }
  return "";
}

[[nodiscard]] inline const char* NameOf(k8s::PodPhase phase) {
  switch (phase) {
    case k8s::PodPhase::kPending:
      return "Pending";
    case k8s::PodPhase::kRunning:
      return "Running";
    case k8s::PodPhase::kSucceeded:
      return "Succeeded";
    case k8s::PodPhase::kFailed:
      return "Failed";
    case k8s::PodPhase::kUnknown:
      return "Unknown";
  }
  return "";
}

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_NAMES_H_
