// SPDX-License-Identifier: Apache-2.0
//
// See attempt.h.
#include "k8s-client/attempt.h"

#include "k8s-client/refusal.h"

namespace portcullis::k8s {
namespace {

constexpr int kUnauthorized = 401;
constexpr int kForbidden = 403;
constexpr int kNotFoundStatus = 404;
constexpr int kRequestTimeout = 408;
constexpr int kGone = 410;
constexpr int kTooManyRequests = 429;
constexpr int kServerError = 500;
constexpr int kGatewayTimeout = 504;

ErrorCode CodeOf(int status) {
  switch (status) {
    case kUnauthorized:
    case kForbidden:
      return ErrorCode::kPermission;
    case kNotFoundStatus:
      return ErrorCode::kNotFound;
    case kGone:
      return ErrorCode::kExpired;
    default:
      return ErrorCode::kUnavailable;
  }
}

/// Whether the same request, sent later, may do better. 504 is no such status: the API server also
/// says it of a resourceVersion that it has not reached, as after a restore from a backup.
bool IsPassing(int status) {
  return status == kUnauthorized || status == kForbidden || status == kRequestTimeout ||
         status == kTooManyRequests || (status >= kServerError && status != kGatewayTimeout);
}

}  // namespace

std::string TargetOf(const Context& context, std::string query) {
  if (!context.options.field_selector.empty()) {
    query += (query.empty() ? "" : "&");
    query += "fieldSelector=" + EscapeQuery(context.options.field_selector);
  }
  return context.resource.path + (query.empty() ? "" : "?" + query);
}

Failure FromStatus(const ApiStatus& status, const std::string& what) {
  return {{CodeOf(status.code), what}, std::nullopt, !IsPassing(status.code)};
}

Failure FromResponse(const Context& context, const std::string& verb, const Response& response) {
  const ApiStatus status = DecodeStatus(response.error_body);
  std::string message = verb + " " + context.resource.plural + ": the server answers " +
                        std::to_string(response.status);
  if (!status.message.empty()) {
    message += ": " + status.message;
  }
  message +=
      RemedyFor(response.status, {context.resource.group, context.resource.plural, context.verbs});
  Failure failure = FromStatus({response.status, ""}, message);
  failure.retry_after = response.retry_after;
  return failure;
}

Failure FromTransport(const Context& context, const std::string& verb, const Error& error) {
  return {error.WithContext(verb + " " + context.resource.plural), std::nullopt, false};
}

void ReportBadObject(const Context& context, const BadObject& bad) {
  const std::string name = bad.key.ToString();
  context.observer.OnBadObject(context.resource.kind,
                               (name.empty() ? "an object" : name) + ": " + bad.reason);
}

}  // namespace portcullis::k8s
