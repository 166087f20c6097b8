// SPDX-License-Identifier: Apache-2.0
//
// A counting rule that the reconciler has deleted, with the last of what it had counted. Pure. From
// reconciler.h, which knows whose it was, by way of packet_counter.h to packet_totals.h.
#ifndef PORTCULLIS_CONTROLLER_STATUS_ENDED_RULE_H_
#define PORTCULLIS_CONTROLLER_STATUS_ENDED_RULE_H_

#include <vector>

#include "k8s-client/types.h"
#include "nft/counters.h"

namespace portcullis {

struct EndedRule {
  nft::RuleCount count;
  /// Of a chain of a group: the policies that isolate its pods.
  std::vector<k8s::ObjectKey> isolating;
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_STATUS_ENDED_RULE_H_
