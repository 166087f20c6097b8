// SPDX-License-Identifier: Apache-2.0
//
// Whether a text is UTF-8. JSON's parser asks that of a whole document; other formats ask it here.
// Pure.
#ifndef PORTCULLIS_K8S_CLIENT_UTF8_H_
#define PORTCULLIS_K8S_CLIENT_UTF8_H_

#include <string_view>

namespace portcullis::k8s {

[[nodiscard]] bool IsUtf8(std::string_view text);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_UTF8_H_
