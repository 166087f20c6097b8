// SPDX-License-Identifier: Apache-2.0
//
// What the test API server answers, in the format that was asked for: lists, frames of watches,
// statuses. Pure; between object_store (what there is) and api_server (who asks).
#ifndef PORTCULLIS_TESTS_SUPPORT_API_ENCODING_H_
#define PORTCULLIS_TESTS_SUPPORT_API_ENCODING_H_

#include <string>

#include "k8s-client/wire.h"
#include "tests/support/api/object_store.h"

namespace portcullis::test {

/// The format to answer a request with this header Accept.
[[nodiscard]] k8s::Format FormatFor(const std::string& accept);

/// The header Content-Type of an answer, of a watch or another one.
[[nodiscard]] const char* ContentType(k8s::Format format, bool watch);

[[nodiscard]] std::string StatusBody(k8s::Format format, int code, const std::string& message);

/// A page of a list. `format` becomes JSON where an object has no other.
[[nodiscard]] std::string ListBody(k8s::Format& format,
                                   const KindInfo& kind,
                                   const StoredPage& page);

// Frames of a watch, with what delimits them.
/// "" where the object has no such format.
[[nodiscard]] std::string EventFrame(k8s::Format format,
                                     const KindInfo& kind,
                                     const std::string& type,
                                     const StoredObject& object);
[[nodiscard]] std::string BookmarkFrame(k8s::Format format, const KindInfo& kind, uint64_t version);
[[nodiscard]] std::string ErrorFrame(k8s::Format format, int code, const std::string& message);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_ENCODING_H_
