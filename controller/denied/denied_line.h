// SPDX-License-Identifier: Apache-2.0
//
// A denied flow as a line of the log: words for people, and fields for machines, whose names are
// documented in docs/monitoring.md and kept once they are out. Pure; event_log writes it.
#ifndef PORTCULLIS_CONTROLLER_DENIED_DENIED_LINE_H_
#define PORTCULLIS_CONTROLLER_DENIED_DENIED_LINE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/denied/denied_flow.h"
#include "controller/denied/flow_limiter.h"
#include "controller/process/log_field.h"

namespace portcullis::denied {

struct Line {
  std::string_view event;
  std::string message;
  std::vector<LogField> fields;
};

/// TCP default/client (10.244.1.5) -> default/db:6379 (10.244.0.10) denied: ingress of default/db,
/// isolated by default/test-network-policy since 2026-11-26T03:09:28Z; and 314 more since 12:00:01
/// Where it is not certain which end began the flow, it says that.
[[nodiscard]] Line DescribeDenied(const DeniedFlow& flow, const Suppressed& before);

/// What was not told one by one in the last `seconds`. `hidden`: packets that were counted by the
/// rules and not heard of. `most`: of the pair that had most.
[[nodiscard]] Line DescribeSummary(const FlowLimiter::Summary& summary,
                                   const std::optional<DeniedFlow>& most,
                                   uint64_t hidden,
                                   int64_t seconds);

}  // namespace portcullis::denied

#endif  // PORTCULLIS_CONTROLLER_DENIED_DENIED_LINE_H_
