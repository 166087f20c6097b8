// SPDX-License-Identifier: Apache-2.0
//
// Base64 as kubeconfigs and Kubernetes' JSON have it for bytes (RFC 4648, section 4). Pure.
#ifndef PORTCULLIS_BASE_BASE64_H_
#define PORTCULLIS_BASE_BASE64_H_

#include <optional>
#include <string>
#include <string_view>

namespace portcullis {

[[nodiscard]] std::string EncodeBase64(std::string_view bytes);

/// Blanks and line ends are passed over: YAML breaks long lines. Nothing where `text` is no base64,
/// or lacks its padding.
[[nodiscard]] std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace portcullis

#endif  // PORTCULLIS_BASE_BASE64_H_
