// SPDX-License-Identifier: Apache-2.0
//
// What people say of a NetworkPolicy to this controller alone, in annotations: the API has no field
// for it. Pure; private to the decoders. Everything else of the annotations is skipped unread.
#ifndef PORTCULLIS_K8S_CLIENT_ANNOTATIONS_H_
#define PORTCULLIS_K8S_CLIENT_ANNOTATIONS_H_

#include "k8s-client/json.h"

namespace portcullis::k8s::json {

/// Whether a policy with these annotations is audited instead of enforced (12.1). What is no clear
/// "true" is a problem where it is no "false" either, and leaves the policy enforced (12.2).
[[nodiscard]] bool ReadAudit(Value annotations, const Path& path, Problems& problems);

}  // namespace portcullis::k8s::json

#endif  // PORTCULLIS_K8S_CLIENT_ANNOTATIONS_H_
