// SPDX-License-Identifier: Apache-2.0
//
// The rules of a NetworkPolicy, with their peers and ports, read from JSON that is being parsed.
// Pure; a part of decode_policy.cc, which also says what holds for everything that is not
// understood. decode_selector reads the peers' selectors.
#ifndef PORTCULLIS_K8S_CLIENT_DECODE_RULE_H_
#define PORTCULLIS_K8S_CLIENT_DECODE_RULE_H_

#include <string_view>
#include <vector>

#include "k8s-client/json.h"
#include "k8s-client/types.h"

namespace portcullis::k8s::json {

/// The list `ingress` or `egress`; `peers_field` is the name of its peers, `from` or `to`. A rule
/// that is not understood stays, and allows nothing (1.11). Throws simdjson_error for broken JSON.
[[nodiscard]] std::vector<PolicyRule> ReadRules(Value value,
                                                std::string_view peers_field,
                                                const Path& here,
                                                Problems& problems);

}  // namespace portcullis::k8s::json

#endif  // PORTCULLIS_K8S_CLIENT_DECODE_RULE_H_
