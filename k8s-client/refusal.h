// SPDX-License-Identifier: Apache-2.0
//
// What to do about an API server that refuses, in words for the log. Pure. The reflector puts it
// behind the server's own message, which says who was refused what.
#ifndef PORTCULLIS_K8S_CLIENT_REFUSAL_H_
#define PORTCULLIS_K8S_CLIENT_REFUSAL_H_

#include <string>

namespace portcullis::k8s {

/// For a status of 401 or 403 on a list or watch of `plural` in the API group `group` ("" is the
/// core group): "; " and what is to be done. "" for any other status.
[[nodiscard]] std::string RemedyFor(int status,
                                    const std::string& group,
                                    const std::string& plural);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_REFUSAL_H_
