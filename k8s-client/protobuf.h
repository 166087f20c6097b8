// SPDX-License-Identifier: Apache-2.0
//
// Reading Kubernetes' protobuf with protozero: the helpers that read_protobuf and wire_protobuf
// share; private to them. Fields that nobody asks for are skipped unread. Bytes that are no
// protobuf throw protozero::exception, which Guarded() turns into an Error; protozero stays within
// the bytes it was given.
//
// The server omits no scalar that its Go structs have by value: "" and 0 stand for "not set", as an
// absent field does in JSON.
#ifndef PORTCULLIS_K8S_CLIENT_PROTOBUF_H_
#define PORTCULLIS_K8S_CLIENT_PROTOBUF_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

#include <protozero/pbf_reader.hpp>

namespace portcullis::k8s::protobuf {

using Field = protozero::pbf_reader;  ///< On a field, whose tag() says which one it is.

/// Calls `read(field)` for each field of `message`; it may leave the field unread. Every value is
/// read once at most.
template <typename Read>
void ForEachField(std::string_view message, const Read& read) {
  protozero::pbf_reader reader(message.data(), message.size());
  while (reader.next()) {
    if (!read(reader)) {
      reader.skip();
    }
  }
}

/// The bytes of a string, a map's entry or a message within. Throws where it is none of them.
[[nodiscard]] std::string_view ReadBytes(Field& field);
/// The same, which must be UTF-8, as all text of the API server is.
[[nodiscard]] std::string_view ReadText(Field& field);
[[nodiscard]] int64_t ReadInteger(Field& field);
[[nodiscard]] bool ReadBool(Field& field);

/// What `read()`, which returns a Result, returns.
/// ERRORS: kInvalidArgument for bytes that are no protobuf, and those of `read`.
template <typename Read>
auto Guarded(const Read& read) -> decltype(read()) {
  try {
    return read();
  } catch (const protozero::exception& error) {
    return Fail(ErrorCode::kInvalidArgument, std::string("bad protobuf: ") + error.what());
  }
}

}  // namespace portcullis::k8s::protobuf

#endif  // PORTCULLIS_K8S_CLIENT_PROTOBUF_H_
