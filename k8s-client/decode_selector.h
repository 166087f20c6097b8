// SPDX-License-Identifier: Apache-2.0
//
// A label selector, read from JSON that is being parsed. Pure; a part of decode_policy.cc, which
// also says what holds for everything that is not understood.
#ifndef PORTCULLIS_K8S_CLIENT_DECODE_SELECTOR_H_
#define PORTCULLIS_K8S_CLIENT_DECODE_SELECTOR_H_

#include "k8s-client/json.h"
#include "k8s-client/types.h"

namespace portcullis::k8s::json {

/// A selector that is not valid, and so matches nothing, where any part of it cannot be understood
/// (4.1-4.3). Throws simdjson_error for broken JSON.
[[nodiscard]] LabelSelector ReadSelector(Value value, const Path& here, Problems& problems);

}  // namespace portcullis::k8s::json

#endif  // PORTCULLIS_K8S_CLIENT_DECODE_SELECTOR_H_
