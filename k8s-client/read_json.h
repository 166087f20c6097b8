// SPDX-License-Identifier: Apache-2.0
//
// One object of each kind, read from JSON that is being parsed: what decode (objects from files)
// and wire_json (objects within lists and watches) share. Pure; implemented in decode.cc and
// decode_policy.cc.
#ifndef PORTCULLIS_K8S_CLIENT_READ_JSON_H_
#define PORTCULLIS_K8S_CLIENT_READ_JSON_H_

#include "k8s-client/json.h"
#include "k8s-client/node.h"
#include "k8s-client/reading.h"

namespace portcullis::k8s::json {

// Each goes once through all fields. REQUIRES: an empty reading. Throws simdjson_error for broken
// JSON.
void ReadObject(Object& object, Reading<Pod>& reading);
void ReadObject(Object& object, Reading<Namespace>& reading);
void ReadObject(Object& object, Reading<Node>& reading);
void ReadObject(Object& object, Reading<NetworkPolicy>& reading);

/// A text that is one object.
/// ERRORS: kInvalidArgument for what is no JSON, and for an object that counts as not there.
template <typename T>
[[nodiscard]] Result<T> ReadOne(std::string_view text) {
  return ReadJson(text, [](Object& object) {
    Reading<T> reading;
    ReadObject(object, reading);
    return std::move(reading).ToResult();
  });
}

}  // namespace portcullis::k8s::json

#endif  // PORTCULLIS_K8S_CLIENT_READ_JSON_H_
