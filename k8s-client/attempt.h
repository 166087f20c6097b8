// SPDX-License-Identifier: Apache-2.0
//
// What a list and a watch have in common: whom they work for, and how they end. Private to lister,
// watch and reflector.
#ifndef PORTCULLIS_K8S_CLIENT_ATTEMPT_H_
#define PORTCULLIS_K8S_CLIENT_ATTEMPT_H_

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "k8s-client/reflector.h"

namespace portcullis::k8s {

constexpr int kOk = 200;

/// Why a list or a watch is over, and what has to come next.
struct Failure {
  Error error;
  std::optional<std::chrono::seconds> retry_after;
  bool relist = false;  ///< The resourceVersion is of no use any more.
};

using Step = tl::expected<void, Failure>;

[[nodiscard]] inline tl::unexpected<Failure> FailWith(Error error, bool relist = false) {
  return tl::unexpected<Failure>(Failure{std::move(error), std::nullopt, relist});
}

struct Context {
  const ResourcePath& resource;
  Transport& transport;
  ReflectorTarget& target;
  WatchObserver& observer;
  const ReflectorOptions& options;
  const std::stop_token& stop;
  std::vector<std::string> verbs = {"list", "watch"};  ///< What the work needs the right to.
};

/// The URL's path and query by which the kind is read: `query` ("a=1&b=2", may be empty) and the
/// field selector that was asked for.
[[nodiscard]] std::string TargetOf(const Context& context, std::string query);

/// A failure that the server describes; `what` is what it failed at.
[[nodiscard]] Failure FromStatus(const ApiStatus& status, const std::string& what);

/// "list pods: the server answers 403: pods is forbidden: User ...; that account needs ..."
[[nodiscard]] Failure FromResponse(const Context& context,
                                   const std::string& verb,
                                   const Response& response);

[[nodiscard]] Failure FromTransport(const Context& context,
                                    const std::string& verb,
                                    const Error& error);

void ReportBadObject(const Context& context, const BadObject& bad);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_ATTEMPT_H_
