// SPDX-License-Identifier: Apache-2.0
//
// See stored_object.h.
#include "tests/support/api/stored_object.h"

#include "k8s-client/decode.h"
#include "tests/support/api/to_protobuf.h"

namespace portcullis::test {
namespace {

// Of pods with probes, env, status and managedFields, from kube-apiserver 1.34.
constexpr double kProtobufOfJson = 0.7;

/// What the JSON has beyond the fields that are modelled is there as bytes that nobody reads.
template <typename T>
std::string Encode(const Result<T>& object, size_t json_size) {
  if (!object) {
    return "";
  }
  std::string message = ToProtobuf(*object);
  const auto size = static_cast<size_t>(static_cast<double>(json_size) * kProtobufOfJson);
  AddUnread(message, size - std::min(size, message.size()));
  return message;
}

}  // namespace

const std::string* StoredObject::protobuf() const {
  std::call_once(encoded_, [this] {
    if (kind_ == "Pod") {
      protobuf_ = Encode(k8s::DecodePod(json_), json_.size());
    } else if (kind_ == "Namespace") {
      protobuf_ = Encode(k8s::DecodeNamespace(json_), json_.size());
    } else if (kind_ == "Node") {
      protobuf_ = Encode(k8s::DecodeNode(json_), json_.size());
    }
  });
  return protobuf_.empty() ? nullptr : &protobuf_;
}

}  // namespace portcullis::test
