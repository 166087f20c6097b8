// SPDX-License-Identifier: Apache-2.0
//
// See protobuf.h.
#include "k8s-client/protobuf.h"

#include "k8s-client/utf8.h"

namespace portcullis::k8s::protobuf {
namespace {

class NotUtf8 : public protozero::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "text that is no UTF-8"; }
};

/// Protozero itself looks at a field's type in debug builds only.
void Require(const Field& field, protozero::pbf_wire_type type) {
  if (!field.has_wire_type(type)) {
    throw protozero::unknown_pbf_wire_type_exception{};
  }
}

}  // namespace

std::string_view ReadBytes(Field& field) {
  Require(field, protozero::pbf_wire_type::length_delimited);
  const protozero::data_view view = field.get_view();
  return {view.data(), view.size()};
}

std::string_view ReadText(Field& field) {
  const std::string_view text = ReadBytes(field);
  if (!IsUtf8(text)) {
    throw NotUtf8{};
  }
  return text;
}

int64_t ReadInteger(Field& field) {
  Require(field, protozero::pbf_wire_type::varint);
  return field.get_int64();
}

bool ReadBool(Field& field) {
  return ReadInteger(field) != 0;
}

}  // namespace portcullis::k8s::protobuf
