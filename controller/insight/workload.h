// SPDX-License-Identifier: Apache-2.0
//
// The name that the pods of one workload have in common, so that people read "web-*" instead of
// twelve pods. It only decides what is shown on one line, never what is allowed: pods of one line
// are always alike in every answer (end_groups.h). Pure.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_WORKLOAD_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_WORKLOAD_H_

#include <string>

#include "k8s-client/types.h"

namespace portcullis::insight {

/// The pod's name without what its controller has put after it. Owners are not decoded, so this is
/// read off the labels that controllers set (pod-template-hash, controller-revision-hash, job-name,
/// the StatefulSets' pod-name) and, without any, off the name: "-0", "-x2k9d", "-5d4f8c7b9-x2k9d".
/// The whole name where nothing of the kind is there.
[[nodiscard]] std::string WorkloadOf(const k8s::Pod& pod);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_WORKLOAD_H_
