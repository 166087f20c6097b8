// SPDX-License-Identifier: Apache-2.0
//
// Who reaches whom, and on which ports: asked of the same Resolved that the kernel's table is made
// of (policy/resolve.h), for the pods of every node at once. The one answer behind `explain`,
// `matrix` and `diff`; there is no second reading of a policy. Pure. Above controller/policy, below
// explanation.h, reach_matrix.h and difference.h.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_REACH_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_REACH_H_

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "base/ip.h"
#include "controller/insight/port_set.h"
#include "controller/policy/resolve.h"
#include "controller/policy/world.h"

namespace portcullis::insight {

/// Whether both ends of a connection are among those that `allowance` is about; its protocol and
/// ports are not asked for.
[[nodiscard]] bool IsAbout(const policy::Allowance& allowance,
                           const policy::Resolved& resolved,
                           const IpAddress& source,
                           const IpAddress& destination);

/// Fast enough for every pair of a cluster: of each address it is known in advance in which sets of
/// pods it is. Answers are made anew for each question, so several threads may ask one Reach.
class Reach {
 public:
  explicit Reach(const policy::World& world);

  /// What the egress policies of the pod at `source` let begin towards `destination`: everything
  /// where no pod has that address or none of them isolates it (2.1), and towards itself (9.4).
  /// That a pod's own node always reaches it (9.1) is nothing that addresses tell.
  /// REQUIRES: both are of one family.
  [[nodiscard]] PortSet Egress(const IpAddress& source, const IpAddress& destination) const;
  /// The same for the ingress policies of the pod at `destination`.
  [[nodiscard]] PortSet Ingress(const IpAddress& source, const IpAddress& destination) const;
  /// What both let pass (2.4).
  [[nodiscard]] PortSet Between(const IpAddress& source, const IpAddress& destination) const {
    return Egress(source, destination) & Ingress(source, destination);
  }

  /// What passes the egress end, and would not if its audited policies were enforced (12.3).
  [[nodiscard]] PortSet EgressWouldDeny(const IpAddress& source,
                                        const IpAddress& destination) const;
  /// The same for the ingress end.
  [[nodiscard]] PortSet IngressWouldDeny(const IpAddress& source,
                                         const IpAddress& destination) const;
  /// What passes both ends now, and would not if all audited policies were enforced.
  [[nodiscard]] PortSet WouldDeny(const IpAddress& source, const IpAddress& destination) const {
    return Between(source, destination) &
           (EgressWouldDeny(source, destination) | IngressWouldDeny(source, destination));
  }

  [[nodiscard]] const policy::Resolved& resolved() const { return resolved_; }

 private:
  /// One AddressMatch: a set of pods' addresses by its number, or the ranges of a block.
  struct Match {
    std::optional<size_t> pods;
    std::vector<AddressRange> ranges;
  };
  struct Allowed {
    std::vector<Match> source;
    std::vector<Match> destination;
    PortSet ports;
  };
  struct Group {
    bool audit = false;
    std::vector<Allowed> allowed;
  };
  struct Subject {
    std::optional<size_t> egress;  ///< Of `groups_`; nothing: in none.
    std::optional<size_t> ingress;
  };
  struct AddressHash {
    size_t operator()(const IpAddress& address) const { return address.Hash(); }
  };
  /// Which sets of pods an address is in, by their numbers; those behind its end it is not in.
  using Memberships = std::vector<bool>;
  class Preparation;

  /// The group of the pod at `subject`, if it is audited as `audit` says. Null where it is in none,
  /// and between a pod and itself.
  [[nodiscard]] const Group* GroupOf(std::optional<size_t> Subject::*direction,
                                     const IpAddress& subject,
                                     const IpAddress& peer,
                                     bool audit) const;
  [[nodiscard]] const Memberships& MembershipsOf(const IpAddress& address) const;
  [[nodiscard]] PortSet Allows(const Group& group,
                               const IpAddress& source,
                               const IpAddress& destination) const;

  policy::Resolved resolved_;
  std::vector<Group> groups_;
  std::unordered_map<IpAddress, Subject, AddressHash> subjects_;
  std::unordered_map<IpAddress, Memberships, AddressHash> memberships_;
};

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_REACH_H_
