// SPDX-License-Identifier: Apache-2.0
//
// Pods, namespaces and policies for the commands that answer questions: from files, or from the
// live cluster. Reads and never writes.
#ifndef PORTCULLIS_CONTROLLER_CLI_LOAD_OBJECTS_H_
#define PORTCULLIS_CONTROLLER_CLI_LOAD_OBJECTS_H_

#include "base/result.h"
#include "controller/cli/option_groups.h"
#include "k8s-client/types.h"

namespace portcullis::cli {

/// What could not be understood is told on standard error.
/// ERRORS: those of k8s::ReadManifests, k8s::FindConfig and k8s::FetchObjects.
[[nodiscard]] Result<k8s::LoadedObjects> LoadObjects(const ObjectSource& source);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_LOAD_OBJECTS_H_
