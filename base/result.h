// SPDX-License-Identifier: Apache-2.0
//
// Result<T>: a value or an Error, the way every fallible function of the project reports failure.
// Lowest layer: includes nothing of the project. Exceptions stay inside the file that includes the
// library which throws them.
#ifndef PORTCULLIS_BASE_RESULT_H_
#define PORTCULLIS_BASE_RESULT_H_

#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace portcullis {

/// What the caller should do about an error; how it came about is in the message.
enum class ErrorCode {
  kInvalidArgument,  ///< The input is wrong: drop it and say so.
  kNotFound,         ///< The object is not there.
  kConflict,         ///< Somebody else changed the state: read it again, decide again.
  kExpired,          ///< The resourceVersion is too old (410): list again.
  kUnavailable,      ///< Passing: back off and retry.
  kPermission,       ///< The right is missing: tell the operator which.
  kCancelled,        ///< Asked to stop.
  kInternal,         ///< A bug here, or in a library.
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  int errno_value = 0;  ///< The errno behind it, or 0.

  /// The same error with "context: " before its message.
  [[nodiscard]] Error WithContext(std::string_view context) const {
    return Error{code, std::string(context) + ": " + message, errno_value};
  }
};

template <typename T = void>
using Result = tl::expected<T, Error>;

/// `return Fail(ErrorCode::kNotFound, "...")` in a function that returns a Result.
[[nodiscard]] inline tl::unexpected<Error> Fail(ErrorCode code,
                                                std::string message,
                                                int errno_value = 0) {
  return tl::unexpected<Error>(Error{code, std::move(message), errno_value});
}

/// Passes an error on to the caller.
[[nodiscard]] inline tl::unexpected<Error> Fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace portcullis

#endif  // PORTCULLIS_BASE_RESULT_H_
