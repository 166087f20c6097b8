// SPDX-License-Identifier: Apache-2.0
//
// Whole small files as text: manifests, kubeconfigs, tokens, certificates.
#ifndef PORTCULLIS_K8S_CLIENT_READ_FILE_H_
#define PORTCULLIS_K8S_CLIENT_READ_FILE_H_

#include <string>

#include "base/result.h"

namespace portcullis::k8s {

/// ERRORS: kNotFound, "path: why", for everything that cannot be read, such as a directory.
[[nodiscard]] Result<std::string> ReadFile(const std::string& path);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_READ_FILE_H_
