// SPDX-License-Identifier: Apache-2.0
//
// What somebody is about to apply and to delete, put into the objects there are: the two states
// that `portcullis diff` compares. Pure. Says nothing of what the states mean, that is
// difference.h.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_PROPOSAL_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_PROPOSAL_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "k8s-client/types.h"

namespace portcullis::insight {

struct Proposal {
  k8s::Objects applied;
  std::vector<k8s::ObjectKey> deleted;  ///< Policies.
};

/// What becomes of an object of the proposal.
struct ObjectChange {
  std::string kind;  ///< "NetworkPolicy".
  k8s::ObjectKey key;
  std::string what;  ///< "created", "changed", "unchanged", "deleted"; of a pod or a namespace that
                     ///< is not there yet "assumed".
};

struct Proposed {
  k8s::Objects before;
  k8s::Objects after;
  std::vector<ObjectChange> changes;
};

/// Policies are created or replaced. So are pods and namespaces, for their labels and ports; a pod
/// of a manifest, which has no address, keeps the addresses that it has. Pods and namespaces that
/// are not there yet are taken to be there before and after, so that only policies and labels make
/// a difference.
/// ERRORS: kNotFound for a policy that is to be deleted and is not there.
[[nodiscard]] Result<Proposed> Put(const Proposal& proposal, k8s::Objects present);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_PROPOSAL_H_
