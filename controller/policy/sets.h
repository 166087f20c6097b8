// SPDX-License-Identifier: Apache-2.0
//
// The sets and verdict maps of the table with their elements: everything that churns, while the
// rules stay. Pure. Between resolve.h and compile.h; names are of names.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_SETS_H_
#define PORTCULLIS_CONTROLLER_POLICY_SETS_H_

#include <map>
#include <string>

#include "controller/policy/resolve.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

/// Every set and map that base chains and group chains refer to, by name.
[[nodiscard]] std::map<std::string, nft::Set> Sets(const Resolved& resolved);

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_SETS_H_
