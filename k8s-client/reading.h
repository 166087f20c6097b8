// SPDX-License-Identifier: Apache-2.0
//
// An object as far as it could be read, which is what every decoder gives: also of an object that
// counts as not there it is known which one it is. Pure.
#ifndef PORTCULLIS_K8S_CLIENT_READING_H_
#define PORTCULLIS_K8S_CLIENT_READING_H_

#include <string>
#include <utility>

#include "base/result.h"
#include "k8s-client/types.h"

namespace portcullis::k8s {

template <typename T>
struct Reading {
  T object;             ///< Where `refusal` is set, its metadata alone can be trusted.
  std::string refusal;  ///< Why the object counts as not there; empty: it is there.

  [[nodiscard]] bool good() const { return refusal.empty(); }

  /// To be called once all fields are read: an object needs a name, whatever else it has.
  void Finish(std::string reason) {
    refusal = object.meta.key.name.empty() ? "has no metadata.name" : std::move(reason);
  }

  /// ERRORS: kInvalidArgument where the object counts as not there.
  [[nodiscard]] Result<T> ToResult() && {
    if (!good()) {
      return Fail(ErrorCode::kInvalidArgument, std::move(refusal));
    }
    return std::move(object);
  }
};

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_READING_H_
