// SPDX-License-Identifier: Apache-2.0
//
// JSON of one Kubernetes object → the structs of types.h. Pure, by simdjson on demand: fields that
// nobody needs are skipped unread. For objects that come alone, as from files; wire_json reads
// those within lists and watches with the same readers. Defaults of the API server are applied,
// since objects from files have not passed through it (docs/semantics 1.3, 6.2).
#ifndef PORTCULLIS_K8S_CLIENT_DECODE_H_
#define PORTCULLIS_K8S_CLIENT_DECODE_H_

#include <string_view>

#include "base/result.h"
#include "k8s-client/node.h"
#include "k8s-client/types.h"

namespace portcullis::k8s {

/// Each reads one object. A part that cannot be understood is kept in a form that allows nothing
/// and is described in `problems`.
/// ERRORS: kInvalidArgument where the text is no JSON object or has no metadata.name.
[[nodiscard]] Result<Pod> DecodePod(std::string_view json);
[[nodiscard]] Result<Namespace> DecodeNamespace(std::string_view json);
[[nodiscard]] Result<Node> DecodeNode(std::string_view json);
[[nodiscard]] Result<NetworkPolicy> DecodeNetworkPolicy(std::string_view json);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_DECODE_H_
