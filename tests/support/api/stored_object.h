// SPDX-License-Identifier: Apache-2.0
//
// One version of an object as the test API server keeps it: its JSON, and once somebody has asked
// for it its protobuf, so that a list of many costs their encoding once. Knows no HTTP.
//
// Thread safety: all methods.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_STORED_OBJECT_H_
#define PORTCULLIS_TESTS_SUPPORT_API_STORED_OBJECT_H_

#include <memory>
#include <mutex>
#include <string>

#include "k8s-client/types.h"

namespace portcullis::test {

class StoredObject {
 public:
  /// `kind` is "Pod" ...; `json` an object of it.
  StoredObject(std::string kind, k8s::ObjectKey key, std::string json)
      : kind_(std::move(kind)),
        key_(std::move(key)),
        json_(std::move(json)) {}

  [[nodiscard]] const k8s::ObjectKey& key() const { return key_; }
  [[nodiscard]] const std::string& json() const { return json_; }
  /// The message alone, as large as the API server's would be; null where the kind has none, or the
  /// object could not be stored by a real server.
  [[nodiscard]] const std::string* protobuf() const;

 private:
  const std::string kind_;
  const k8s::ObjectKey key_;
  const std::string json_;
  mutable std::once_flag encoded_;
  mutable std::string protobuf_;  ///< Protected by encoded_; empty: there is none.
};

using SharedObject = std::shared_ptr<const StoredObject>;

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_STORED_OBJECT_H_
