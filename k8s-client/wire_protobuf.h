// SPDX-License-Identifier: Apache-2.0
//
// The API server's protobuf, which it speaks for its own kinds, though not for those of a
// CustomResourceDefinition: lists, watch events, statuses. Pure, by protozero. One of the formats
// behind wire.h. Of a pod it has two thirds of the bytes that JSON has, costs the API server half
// the CPU to encode and a sixth to decode here (docs/performance.md).
//
// Objects that stand alone and lists are wrapped in an envelope: four magic bytes and the message
// runtime.Unknown, which names the kind. The frames of a watch are not; the objects in them are.
#ifndef PORTCULLIS_K8S_CLIENT_WIRE_PROTOBUF_H_
#define PORTCULLIS_K8S_CLIENT_WIRE_PROTOBUF_H_

#include <memory>
#include <string_view>

#include "k8s-client/wire.h"

namespace portcullis::k8s::protobuf {

/// For Pod, Namespace and Node.
template <typename T>
[[nodiscard]] std::unique_ptr<Wire<T>> MakeWire();

/// Whether it begins as an envelope does.
[[nodiscard]] bool IsEnvelope(std::string_view bytes);

/// ERRORS: kInvalidArgument where the bytes are no Status in its envelope.
[[nodiscard]] Result<ApiStatus> DecodeStatus(std::string_view bytes);

}  // namespace portcullis::k8s::protobuf

#endif  // PORTCULLIS_K8S_CLIENT_WIRE_PROTOBUF_H_
