// SPDX-License-Identifier: Apache-2.0
//
// One pod, namespace or node in protobuf → the structs of types.h and node.h, with the same values
// and the same problems as decode makes of its JSON. Pure; wire_protobuf calls it for each object.
// There is no reader of policies: they are few, and people read the problems of their JSON.
#ifndef PORTCULLIS_K8S_CLIENT_READ_PROTOBUF_H_
#define PORTCULLIS_K8S_CLIENT_READ_PROTOBUF_H_

#include <string_view>

#include "k8s-client/node.h"
#include "k8s-client/reading.h"

namespace portcullis::k8s::protobuf {

// `message` is the object itself, without an envelope. REQUIRES: an empty reading. Throws
// protozero::exception for broken bytes.
void ReadObject(std::string_view message, Reading<Pod>& reading);
void ReadObject(std::string_view message, Reading<Namespace>& reading);
void ReadObject(std::string_view message, Reading<Node>& reading);

}  // namespace portcullis::k8s::protobuf

#endif  // PORTCULLIS_K8S_CLIENT_READ_PROTOBUF_H_
