// SPDX-License-Identifier: Apache-2.0
//
// What a pair of addresses gets, as one value: which ports may begin, and what of them audited
// policies would deny, by whom. Pure. Asked of reach.h; the cells of reach_matrix.h.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_ANSWER_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_ANSWER_H_

#include <string>
#include <vector>

#include "controller/insight/port_set.h"
#include "controller/insight/reach.h"

namespace portcullis::insight {

/// What the audited policies of one end would deny of what passes now (12.3).
struct AuditedDenial {
  std::vector<k8s::ObjectKey> policies;  ///< All of the end's and direction's; none allows it.
  PortSet ports;                         ///< Never empty.

  auto operator<=>(const AuditedDenial&) const = default;
};

struct Answer {
  PortSet ports;
  std::vector<AuditedDenial>
      would_deny;  ///< Of `ports`: by the source's end, by the destination's.

  auto operator<=>(const Answer&) const = default;
};

/// REQUIRES: both are of one family.
[[nodiscard]] Answer AnswerOf(const Reach& reach,
                              const IpAddress& source,
                              const IpAddress& destination);

/// What it says of these ports.
[[nodiscard]] Answer Within(const Answer& answer, const PortSet& ports);

/// What any audited policy would deny of it.
[[nodiscard]] PortSet WouldDeny(const Answer& answer);

/// "5432/TCP"; "everything, of which audited policy shop/db would deny 80/TCP".
[[nodiscard]] std::string ToText(const Answer& answer);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_ANSWER_H_
