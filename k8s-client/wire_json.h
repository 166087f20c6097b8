// SPDX-License-Identifier: Apache-2.0
//
// The API server's JSON, which it speaks for every kind: lists, watch events, statuses. Pure, by
// simdjson on demand, in one pass over a page or an event. One of the formats behind wire.h.
//
// The API server encodes what it has decoded before, so that JSON which is broken, be it deep
// within one object, is a broken stream and not a bad object.
#ifndef PORTCULLIS_K8S_CLIENT_WIRE_JSON_H_
#define PORTCULLIS_K8S_CLIENT_WIRE_JSON_H_

#include <memory>
#include <string_view>

#include "k8s-client/wire.h"

namespace portcullis::k8s::json {

/// For Pod, Namespace, Node and NetworkPolicy.
template <typename T>
[[nodiscard]] std::unique_ptr<Wire<T>> MakeWire();

/// ERRORS: kInvalidArgument where the text is no JSON object.
[[nodiscard]] Result<ApiStatus> DecodeStatus(std::string_view text);

}  // namespace portcullis::k8s::json

#endif  // PORTCULLIS_K8S_CLIENT_WIRE_JSON_H_
