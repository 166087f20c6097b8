// SPDX-License-Identifier: Apache-2.0
//
// What the reconciler's thread knows, as those see it who ask it (inquiry.h). Pure: a few
// references.
#ifndef PORTCULLIS_CONTROLLER_STATUS_LOOP_VIEW_H_
#define PORTCULLIS_CONTROLLER_STATUS_LOOP_VIEW_H_

#include "controller/policy/engine.h"
#include "controller/status/policies_in_force.h"

namespace portcullis {

/// Valid while an inquiry is being answered. What the API asks (`engine`) may be ahead of what the
/// kernel holds (`in_force`) where the kernel refuses it.
struct LoopView {
  const policy::Engine& engine;
  const PoliciesInForce& in_force;
  bool synced = false;  ///< The kernel has held what the API asks, at least once.
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_STATUS_LOOP_VIEW_H_
