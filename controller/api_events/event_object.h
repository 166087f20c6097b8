// SPDX-License-Identifier: Apache-2.0
//
// A finding about a policy → the Event of events.k8s.io/v1 that tells it. Pure; the time is handed
// in.
#ifndef PORTCULLIS_CONTROLLER_API_EVENTS_EVENT_OBJECT_H_
#define PORTCULLIS_CONTROLLER_API_EVENTS_EVENT_OBJECT_H_

#include <chrono>
#include <string>

#include "controller/api_events/policy_ref.h"
#include "controller/insight/findings.h"

namespace portcullis::api_events {

/// The same for every node that tells the same of the same change of a policy, so that the API
/// server keeps one of them. A DNS subdomain.
[[nodiscard]] std::string EventName(const PolicyRef& policy, const insight::Finding& finding);

/// The object as JSON. `node` is who says it.
[[nodiscard]] std::string EventJson(const PolicyRef& policy,
                                    const insight::Finding& finding,
                                    const std::string& node,
                                    std::chrono::system_clock::time_point now);

}  // namespace portcullis::api_events

#endif  // PORTCULLIS_CONTROLLER_API_EVENTS_EVENT_OBJECT_H_
