// SPDX-License-Identifier: Apache-2.0
//
// See log_probe.h. A kernel where the module only is not loaded yet loads it for the question.
#include "controller/watches/log_probe.h"

#include <string>

namespace portcullis {
namespace {

/// A table of its own with the one rule; nothing of it comes to be.
nft::ChangeSet TableThatLogs(uint16_t group) {
  const nft::Rule rule{{nft::Limit{policy::kDeniedPerSecond, policy::kDeniedBurst},
                        nft::Log{"probe", group, policy::kDeniedSnaplen}},
                       "",
                       0};
  return {"portcullis-probe",
          {nft::AddTable{},
           nft::AddChain{nft::Chain{"probe", std::nullopt, "", {}}},
           nft::AddRule{"probe", rule, 0, /*append=*/true}}};
}

}  // namespace

policy::LogGroup UsableLogGroup(policy::LogGroup wanted, const CheckChange& check, EventLog& log) {
  if (!wanted) {
    return std::nullopt;
  }
  const auto checked = check(TableThatLogs(*wanted));
  if (!checked) {
    log.Write(LogLevel::kWarning,
              "denied_log_unavailable",
              "denied flows are counted but not logged, as this kernel cannot tell of packets: " +
                  checked.error().message +
                  "; load the module nfnetlink_log and restart, or silence this with "
                  "--denied-log=false");
    return std::nullopt;
  }
  return wanted;
}

}  // namespace portcullis
