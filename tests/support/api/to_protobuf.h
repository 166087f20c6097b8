// SPDX-License-Identifier: Apache-2.0
//
// Pods, namespaces and nodes → protobuf as the API server would send it, and what it wraps them in:
// the inverse of k8s-client/wire_protobuf, for tests that begin with values. Pure.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_TO_PROTOBUF_H_
#define PORTCULLIS_TESTS_SUPPORT_API_TO_PROTOBUF_H_

#include <string>
#include <string_view>
#include <vector>

#include "k8s-client/node.h"
#include "k8s-client/types.h"

namespace portcullis::test {

/// The object alone, without an envelope. Its decoding gives the value back, but for `problems`,
/// which have no form in it.
[[nodiscard]] std::string ToProtobuf(const k8s::Pod& pod);
[[nodiscard]] std::string ToProtobuf(const k8s::Namespace& ns);
[[nodiscard]] std::string ToProtobuf(const k8s::Node& node);

/// Appends `size` bytes of fields that nobody reads, in pieces as an API server's managedFields
/// are.
void AddUnread(std::string& message, size_t size);

/// `message` in its envelope.
[[nodiscard]] std::string ProtobufEnvelope(std::string_view kind,
                                           std::string_view api_version,
                                           std::string_view message);
/// A page of a list, in its envelope. `kind` is "PodList" ...
[[nodiscard]] std::string ProtobufList(std::string_view kind,
                                       std::string_view api_version,
                                       std::string_view resource_version,
                                       std::string_view continue_token,
                                       const std::vector<const std::string*>& messages);
/// An event of a watch, without the length before it.
[[nodiscard]] std::string ProtobufEvent(std::string_view type,
                                        std::string_view kind,
                                        std::string_view api_version,
                                        std::string_view message);
/// The message of a Status.
[[nodiscard]] std::string ProtobufStatus(int code, std::string_view message);
/// The message of an object of which nothing but the version is known, as in a bookmark.
[[nodiscard]] std::string ProtobufVersion(std::string_view resource_version);

/// `frame` with its length before it, as in the stream of a watch.
[[nodiscard]] std::string WithLength(std::string_view frame);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_TO_PROTOBUF_H_
