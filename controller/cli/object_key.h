// SPDX-License-Identifier: Apache-2.0
//
// An object as people name it on the command line. Pure; asks nobody whether there is such a one.
// For pods as ends of connections see insight/ends.h.
#ifndef PORTCULLIS_CONTROLLER_CLI_OBJECT_KEY_H_
#define PORTCULLIS_CONTROLLER_CLI_OBJECT_KEY_H_

#include <string>

#include "k8s-client/types.h"

namespace portcullis::cli {

/// `[NAMESPACE/]NAME`.
[[nodiscard]] inline k8s::ObjectKey KeyOf(const std::string& text,
                                          const std::string& default_namespace) {
  const size_t slash = text.find('/');
  return slash == std::string::npos ? k8s::ObjectKey{default_namespace, text}
                                    : k8s::ObjectKey{text.substr(0, slash), text.substr(slash + 1)};
}

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OBJECT_KEY_H_
