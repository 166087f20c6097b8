// SPDX-License-Identifier: Apache-2.0
//
// Whether this kernel can tell of denied packets. Asked at the start, before a rule says so: a
// kernel that lacks nfnetlink_log refuses a whole transaction for the one rule, and must enforce
// all the same.
#ifndef PORTCULLIS_CONTROLLER_WATCHES_LOG_PROBE_H_
#define PORTCULLIS_CONTROLLER_WATCHES_LOG_PROBE_H_

#include <functional>

#include "base/result.h"
#include "controller/policy/denied_log.h"
#include "controller/process/event_log.h"
#include "nft/changeset.h"

namespace portcullis {

/// Whether the kernel would take a change; MnlKernel::Check().
using CheckChange = std::function<Result<void>(const nft::ChangeSet&)>;

/// `wanted` where the kernel takes a rule that logs to it; else nothing, said once in the log. A
/// kernel that gives no answer counts as one that cannot: the rules come first.
[[nodiscard]] policy::LogGroup UsableLogGroup(policy::LogGroup wanted,
                                              const CheckChange& check,
                                              EventLog& log);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_WATCHES_LOG_PROBE_H_
