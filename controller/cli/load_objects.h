// SPDX-License-Identifier: Apache-2.0
//
// Pods, namespaces and policies for the commands that answer questions: from files, or from the
// live cluster. Reads and never writes.
#ifndef PORTCULLIS_CONTROLLER_CLI_LOAD_OBJECTS_H_
#define PORTCULLIS_CONTROLLER_CLI_LOAD_OBJECTS_H_

#include <string>
#include <vector>

#include "base/result.h"
#include "controller/cli/option_groups.h"
#include "k8s-client/client_config.h"
#include "k8s-client/types.h"

namespace portcullis::cli {

/// Where names without a namespace belong: `said`, else the context's, else "default".
[[nodiscard]] std::string NamespaceOf(const k8s::ClientConfig& config, const std::string& said);

struct SourceObjects {
  k8s::Objects objects;
  std::string name_space;  ///< Where names without one belong, as above.
};

/// `name_space`: what --namespace says; empty: nothing. What could not be understood is told on
/// standard error.
/// ERRORS: those of ReadFiles(), k8s::FindConfig and k8s::FetchObjects.
[[nodiscard]] Result<SourceObjects> LoadObjects(const ObjectSource& source,
                                                const std::string& name_space = "");

/// The same of files alone. Objects without a namespace go to `name_space`.
/// ERRORS: those of k8s::ReadManifests.
[[nodiscard]] Result<k8s::Objects> ReadFiles(const std::vector<std::string>& files,
                                             const std::string& name_space);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_LOAD_OBJECTS_H_
