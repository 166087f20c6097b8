// SPDX-License-Identifier: Apache-2.0
//
// What curl is told of one request: options, credentials, payload, URL. Reads credentials that are
// in files; sends nothing, curl_transport does.
#ifndef PORTCULLIS_K8S_CLIENT_CURL_REQUEST_H_
#define PORTCULLIS_K8S_CLIENT_CURL_REQUEST_H_

#include <string>

#include "k8s-client/client_config.h"
#include "k8s-client/curl_handle.h"
#include "k8s-client/curl_transport.h"

namespace portcullis::k8s {

/// For one request; its functions are called in the order in which they stand. Owns what curl knows
/// by address alone, so it has to outlive the transfer.
class CurlRequest {
 public:
  /// REQUIRES: both outlive this.
  CurlRequest(CURL* easy, const ClientConfig& config) : easy_(easy), config_(config) {}

  /// Everything that does not depend on credentials or the server's name. curl keeps connections
  /// over the reset.
  void Prepare(const CurlTransport::Options& options);
  /// ERRORS: kInvalidArgument where a file of them cannot be used.
  [[nodiscard]] Result<void> SetCredentials(const std::string& accept);
  /// Makes it a POST. REQUIRES: `json` lives until the transfer has ended.
  void SetPayload(const std::string& json);
  /// ERRORS: kInvalidArgument where server and target are no URL.
  [[nodiscard]] Result<void> SetTarget(const std::string& target);

 private:
  [[nodiscard]] Result<void> SetCertificates();
  /// Has `url` and the connection go by the tls-server-name of the configuration.
  [[nodiscard]] Result<void> NameServer(CURLU* url);

  CURL* easy_;
  const ClientConfig& config_;
  CurlList headers_;
  CurlList connect_to_;
};

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_CURL_REQUEST_H_
