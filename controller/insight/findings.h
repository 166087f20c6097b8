// SPDX-License-Identifier: Apache-2.0
//
// What the writer of a policy has to know of it: parts that were not understood, selectors that
// select nothing, port names that no pod has. Asked of the same engine that programs the kernel;
// decides nothing about packets. Pure: how long something has to last before it is told is the
// caller's to judge. Used by the Events (api_events/ledger.h), and by the commands `status policy`,
// `explain` and `diff`.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_FINDINGS_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_FINDINGS_H_

#include <compare>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "controller/policy/engine.h"
#include "controller/policy/world.h"
#include "k8s-client/types.h"

namespace portcullis::insight {

struct Finding {
  enum class Kind : uint8_t {
    kNotUnderstood,  ///< Parts allow nothing, since nobody knows what they mean (1.11).
    kSelectsNoPod,   ///< The policy's podSelector.
    kPeerSelectsNoPod,
    kUnknownPortName,  ///< No pod that it could be about has it (6.7).
    kAudited,          ///< The policy denies nothing (12.1).
  };
  Kind kind = Kind::kNotUnderstood;
  std::string note;  ///< A sentence for people without a full stop, of at most kMaxNote bytes.

  auto operator<=>(const Finding&) const = default;
};

struct PolicyFinding {
  k8s::ObjectKey policy;
  Finding finding;

  auto operator<=>(const PolicyFinding&) const = default;
};

/// As long as the note of an Event may be.
inline constexpr size_t kMaxNote = 1024;
/// So many of a kind are told one by one.
inline constexpr size_t kMaxFindingsOfKind = 8;

/// Whether it says something about the pods there are, which may be another in a moment.
[[nodiscard]] bool DependsOnPods(Finding::Kind kind);
/// In one word, as an Event's reason: "NotUnderstood".
[[nodiscard]] std::string ToText(Finding::Kind kind);

/// A part of a policy that was not understood, as the decoder words it, and what follows of it. An
/// annotation, and a field that the spec does not have (1.10), shut nothing.
[[nodiscard]] std::string NoteOf(const std::string& problem);

/// In the order of the policy's parts, and none twice. Peers and port names of a policy that
/// selects no pod, and those of a direction that it does not isolate, are not asked about.
[[nodiscard]] std::vector<Finding> FindingsOf(const k8s::NetworkPolicy& policy,
                                              const policy::Engine& engine);

/// Of those of the world's policies that are in `policies`, policy by policy.
[[nodiscard]] std::vector<PolicyFinding> FindingsIn(const policy::World& world,
                                                    const std::set<k8s::ObjectKey>& policies);

/// What somebody who is about to turn `before` into `after` has to know: all findings of policies
/// that are other ones then, and of the others those that they do not have yet.
[[nodiscard]] std::vector<PolicyFinding> FindingsOfChange(const policy::World& before,
                                                          const policy::World& after);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_FINDINGS_H_
