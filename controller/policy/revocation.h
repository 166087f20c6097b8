// SPDX-License-Identifier: Apache-2.0
//
// Whether a change of the table can forbid a flow that was allowed before it. Pure. The reconciler
// asks before each commit: if so, the same transaction raises the generation, and every flow is
// judged again.
#ifndef PORTCULLIS_CONTROLLER_POLICY_REVOCATION_H_
#define PORTCULLIS_CONTROLLER_POLICY_REVOCATION_H_

#include "nft/changeset.h"

namespace portcullis::policy {

/// False only where every operation is known to add allowances (or to change nothing yet): an
/// element added to a plain set, one removed from a dispatch map, a rule that returns added to a
/// policy group's chain, a rule that only counts (unknown_pods.h), sets and chains that are new or
/// no longer used. When in doubt true, which costs one judgement per flow.
[[nodiscard]] bool TakesAway(const nft::ChangeSet& change);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_REVOCATION_H_
