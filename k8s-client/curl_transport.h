// SPDX-License-Identifier: Apache-2.0
//
// Transport and Poster over libcurl: HTTP/1.1, TLS, bearer tokens and client certificates. Its
// parts (curl_request, curl_response) and it are the only users of libcurl. Credentials in files
// are read anew for every request; a connection is used again only while they are the same.
#ifndef PORTCULLIS_K8S_CLIENT_CURL_TRANSPORT_H_
#define PORTCULLIS_K8S_CLIENT_CURL_TRANSPORT_H_

#include <memory>
#include <string>

#include "k8s-client/client_config.h"
#include "k8s-client/transport.h"

namespace portcullis::k8s {

class CurlTransport : public Transport, public Poster {
 public:
  struct Options {
    std::string user_agent = "portcullis";
    std::chrono::milliseconds connect_timeout{5'000};  ///< Name, TCP and TLS together.
  };

  /// Opens no connection yet. Each thread needs a transport of its own.
  explicit CurlTransport(ClientConfig config);
  CurlTransport(ClientConfig config, Options options);
  ~CurlTransport() override;
  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;
  CurlTransport(CurlTransport&&) = delete;
  CurlTransport& operator=(CurlTransport&&) = delete;

  [[nodiscard]] Result<Response> Get(const Request& request,
                                     const BodyConsumer& consume,
                                     const std::stop_token& stop) override;
  [[nodiscard]] Result<Response> Post(const Request& request,
                                      const std::string& json,
                                      const std::stop_token& stop) override;

 private:
  struct Handles;  ///< curl's, so that its header stays out of this one.

  /// A POST where there is something to send.
  [[nodiscard]] Result<Response> Send(const Request& request,
                                      const std::string* json,
                                      const BodyConsumer& consume,
                                      const std::stop_token& stop);

  const ClientConfig config_;
  const Options options_;
  const std::unique_ptr<Handles> handles_;
};

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_CURL_TRANSPORT_H_
