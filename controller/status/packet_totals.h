// SPDX-License-Identifier: Apache-2.0
//
// How many packets the policies were asked about, summed up over time from what rules count: a
// rule's counter goes with the rule, what is told to Prometheus never falls. Pure. Fed by
// packet_counter with readings of nft/counters.h and with the last counts of rules that were
// deleted; read by metrics.cc and the status.
#ifndef PORTCULLIS_CONTROLLER_STATUS_PACKET_TOTALS_H_
#define PORTCULLIS_CONTROLLER_STATUS_PACKET_TOTALS_H_

#include <compare>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/identity.h"
#include "controller/status/ended_rule.h"
#include "nft/counters.h"

namespace portcullis {

enum class Judged : uint8_t { kAllowed, kDenied, kWouldDeny };

/// "allowed", "denied", "would_deny"
[[nodiscard]] std::string_view ToText(Judged judged);

struct PacketKind {
  policy::Direction direction = policy::Direction::kIngress;
  Judged judged = Judged::kDenied;

  auto operator<=>(const PacketKind&) const = default;
};

struct PacketTotals {
  std::map<PacketKind, uint64_t> all;
  /// A packet counts for each policy that allows it, or that isolates the pod.
  std::map<k8s::ObjectKey, std::map<PacketKind, uint64_t>> by_policy;
  uint64_t flows_cut = 0;
  /// Of new flows, by an end in the node's pod ranges that no pod was known to have.
  uint64_t from_unknown_pods = 0;
  uint64_t to_unknown_pods = 0;

  [[nodiscard]] uint64_t Sum(Judged judged) const;
};

/// A reading after the other → totals since the first one.
class PacketBook {
 public:
  /// So many policies are remembered; those whose packets were counted last.
  static constexpr size_t kMaxPolicies = 2'000;

  /// The policies of the group with that chain; nothing where it is not known (any more).
  using PoliciesOf =
      std::function<std::optional<std::vector<k8s::ObjectKey>>(const std::string& chain)>;

  /// The first reading is where the totals begin: what was counted for a process before is its.
  void Take(const std::vector<nft::RuleCount>& reading, const PoliciesOf& policies_of);

  /// These were deleted: what they counted since the last reading is added. Each is told of once,
  /// before the second reading that it is not in; one reading that was begun before and still has
  /// it may come after.
  void End(const std::vector<EndedRule>& rules);

  [[nodiscard]] const PacketTotals& totals() const { return totals_; }

 private:
  /// What is remembered of a rule that a reading did not have any more.
  struct Missing {
    uint64_t packets = 0;
    bool twice = false;  ///< No reading but the last one had it either.
  };
  using Isolating = std::function<const std::vector<k8s::ObjectKey>&(const std::string& chain)>;

  [[nodiscard]] uint64_t Growth(const nft::RuleCount& rule) const;
  void Forget(const std::map<uint64_t, uint64_t>& now);
  void ForgetPolicies();
  void AddOther(const std::string& chain, uint64_t packets);
  void Add(const nft::RuleCount& rule, uint64_t packets, const Isolating& isolating);
  const std::vector<k8s::ObjectKey>& AskFor(const std::string& chain,
                                            const PoliciesOf& policies_of);

  bool begun_ = false;
  std::map<uint64_t, uint64_t> last_;  ///< By the rule's handle.
  std::map<uint64_t, Missing> missing_;
  std::set<uint64_t> ended_;  ///< Since the last reading.
  uint64_t readings_ = 0;
  std::map<k8s::ObjectKey, uint64_t> grown_at_;  ///< The reading; of the policies in totals_.
  /// By chain, which names one set of policies for ever. Those of the last reading alone.
  std::map<std::string, std::vector<k8s::ObjectKey>> groups_;
  PacketTotals totals_;
};

/// The policies that a rule's comment names: "default/web ingress[0], default/db ingress[1] and 7
/// more".
[[nodiscard]] std::vector<k8s::ObjectKey> PoliciesNamedBy(std::string_view comment);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_STATUS_PACKET_TOTALS_H_
