// SPDX-License-Identifier: Apache-2.0
//
// HTTP and TLS: whom the client trusts, how it proves itself, and what it makes of odd answers.
#include "k8s-client/transport.h"

#include <cstdlib>

#include <catch2/catch.hpp>

#include "k8s-client/curl_transport.h"
#include "tests/k8s-client/certificates.h"
#include "tests/k8s-client/raw_server.h"
#include "tests/k8s-client/temporary_folder.h"
#include "tests/support/api/api_server.h"

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

constexpr char kPods[] = "/api/v1/pods";

struct Got {
  Result<k8s::Response> response;
  std::string body;
};

Got Get(k8s::Transport& transport, const std::string& target = kPods) {
  std::string body;
  auto response = transport.Get({target, 5s},
                                [&](const k8s::Response& /*head*/, std::string_view bytes) {
                                  body += bytes;
                                  return true;
                                },
                                {});
  return {std::move(response), std::move(body)};
}

/// The error of one request; the status as text where there is none.
Error ErrorOf(k8s::Transport& transport) {
  const Got got = Get(transport);
  return got.response ? Error{ErrorCode::kInternal, std::to_string(got.response->status)}
                      : got.response.error();
}

int StatusOf(k8s::Transport& transport) {
  const Got got = Get(transport);
  if (!got.response) {
    UNSCOPED_INFO(got.response.error().message);
    return -1;
  }
  return got.response->status;
}

/// A server with a certificate for `alt_names`, and a client that trusts its authority.
struct Tls {
  explicit Tls(const std::string& alt_names,
               const std::string& address = "127.0.0.1",
               long valid_seconds = 3600,
               bool client_certificates = false,
               const std::string& token = "") {
    WriteServerFiles(authority.Issue(alt_names, valid_seconds));
    ApiServer::Options options;
    options.address = address;
    options.certificate_file = folder.path() + "/server.pem";
    options.key_file = folder.path() + "/server-key.pem";
    if (client_certificates) {
      options.client_ca_file = folder.Write("client-ca.pem", authority.certificate());
    }
    options.token = token;
    auto started = ApiServer::Start(options);
    REQUIRE(started.has_value());
    server = std::move(*started);
    config.server = server->url();
    config.ca.file = folder.Write("ca.pem", authority.certificate());
  }

  void WriteServerFiles(const Certificate& certificate) const {
    folder.Write("server.pem", certificate.certificate);
    folder.Write("server-key.pem", certificate.key);
  }

  TemporaryFolder folder;
  Authority authority{"test authority"};
  std::unique_ptr<ApiServer> server;
  k8s::ClientConfig config;
};

TEST_CASE("A certificate for the server's IP address is accepted") {
  const std::string address = GENERATE("127.0.0.1", "::1");
  const Tls tls("IP:" + address, address);
  k8s::CurlTransport transport(tls.config);
  CHECK(StatusOf(transport) == 200);
}

TEST_CASE("A certificate for another address or name is refused") {
  const std::string names =
      GENERATE("IP:127.0.0.2", "IP:::1", "DNS:127.0.0.1", "DNS:localhost", "DNS:*");
  CAPTURE(names);
  const Tls tls(names);
  k8s::CurlTransport transport(tls.config);
  const Error error = ErrorOf(transport);
  CHECK(error.code == ErrorCode::kPermission);
  CHECK(error.message.rfind(tls.config.server + ": ", 0) == 0);
}

TEST_CASE("tls-server-name is the name to verify, and not where to connect") {
  Tls tls("DNS:kubernetes.default");
  tls.config.tls_server_name = "kubernetes.default";
  k8s::CurlTransport transport(tls.config);
  CHECK(StatusOf(transport) == 200);
  tls.config.tls_server_name = "kubernetes.other";
  k8s::CurlTransport other(tls.config);
  CHECK(ErrorOf(other).code == ErrorCode::kPermission);
}

TEST_CASE("An expired certificate is refused") {
  const Tls tls("IP:127.0.0.1", "127.0.0.1", /*valid_seconds=*/-60);
  k8s::CurlTransport transport(tls.config);
  CHECK(ErrorOf(transport).code == ErrorCode::kPermission);
}

TEST_CASE("A certificate of another authority is refused, be it given or the system's") {
  Tls tls("IP:127.0.0.1");
  tls.config.ca =
      GENERATE(k8s::PemSource{}, k8s::PemSource{Authority("another authority").certificate(), ""});
  k8s::CurlTransport transport(tls.config);
  CHECK(ErrorOf(transport).code == ErrorCode::kPermission);
}

TEST_CASE("An authority is known by its key, not by its name") {
  Tls tls("IP:127.0.0.1");
  tls.config.ca = {Authority("test authority").certificate(), ""};
  k8s::CurlTransport transport(tls.config);
  CHECK_FALSE(Get(transport).response.has_value());
}

TEST_CASE("Verification is skipped where the configuration says so, and only there") {
  Tls tls("IP:127.0.0.2");
  tls.config.ca = {};
  tls.config.insecure_skip_tls_verify = true;
  k8s::CurlTransport transport(tls.config);
  CHECK(StatusOf(transport) == 200);
}

TEST_CASE("A client certificate is shown, inline or from files") {
  Tls tls("IP:127.0.0.1", "127.0.0.1", 3600, /*client_certificates=*/true);
  const Certificate client = tls.authority.Issue("DNS:node");
  const bool inline_data = GENERATE(true, false);
  if (inline_data) {
    tls.config.client_cert.data = client.certificate;
    tls.config.client_key.data = client.key;
  } else {
    tls.config.client_cert.file = tls.folder.Write("client.pem", client.certificate);
    tls.config.client_key.file = tls.folder.Write("client-key.pem", client.key);
  }
  k8s::CurlTransport transport(tls.config);
  CHECK(StatusOf(transport) == 200);
}

TEST_CASE("Without an acceptable client certificate there is no answer") {
  Tls tls("IP:127.0.0.1", "127.0.0.1", 3600, /*client_certificates=*/true);
  if (GENERATE(true, false)) {
    const Certificate stranger = Authority("somebody else").Issue("DNS:node");
    tls.config.client_cert.data = stranger.certificate;
    tls.config.client_key.data = stranger.key;
  }
  k8s::CurlTransport transport(tls.config);
  CHECK_FALSE(Get(transport).response.has_value());
}

TEST_CASE("A rotated client certificate is shown at the next request") {
  Tls tls("IP:127.0.0.1", "127.0.0.1", 3600, /*client_certificates=*/true);
  const Certificate stranger = Authority("somebody else").Issue("DNS:node");
  tls.config.client_cert.file = tls.folder.Write("client.pem", stranger.certificate);
  tls.config.client_key.file = tls.folder.Write("client-key.pem", stranger.key);
  k8s::CurlTransport transport(tls.config);
  CHECK_FALSE(Get(transport).response.has_value());
  const Certificate client = tls.authority.Issue("DNS:node");
  tls.folder.Write("client.pem", client.certificate);
  tls.folder.Write("client-key.pem", client.key);
  CHECK(StatusOf(transport) == 200);
}

TEST_CASE("A token file is read anew for each request") {
  Tls tls("IP:127.0.0.1", "127.0.0.1", 3600, false, "second");
  tls.config.token = "ignored where there is a file";
  tls.config.token_file = tls.folder.Write("token", "first\n");
  k8s::CurlTransport transport(tls.config);
  CHECK(StatusOf(transport) == 401);
  tls.folder.Write("token", "second\n");
  CHECK(StatusOf(transport) == 200);
}

TEST_CASE("A rotated CA counts from the next request on, kept connection or not") {
  const Tls tls("IP:127.0.0.1");
  k8s::CurlTransport transport(tls.config);
  CHECK(StatusOf(transport) == 200);
  // The server is the same and its connection still open: but it is trusted no more.
  const Authority next("next authority");
  tls.folder.Write("ca.pem", next.certificate());
  CHECK(ErrorOf(transport).code == ErrorCode::kPermission);
  tls.WriteServerFiles(next.Issue("IP:127.0.0.1"));
  REQUIRE(tls.server->Restart());
  CHECK(StatusOf(transport) == 200);
}

TEST_CASE("Credentials that cannot be read are errors of the configuration") {
  const Tls tls("IP:127.0.0.1");
  k8s::ClientConfig config = tls.config;
  SECTION("no token file") {
    config.token_file = tls.folder.path() + "/none";
  }
  SECTION("an empty token file") {
    config.token_file = tls.folder.Write("empty", "");
  }
  SECTION("a token of two lines") {
    config.token = "a\r\nX-Header: b";
  }
  SECTION("no CA file") {
    config.ca.file = tls.folder.path() + "/none";
  }
  SECTION("a CA that is none") {
    config.ca.data = "-----BEGIN nothing";
  }
  SECTION("a key that is none") {
    config.client_cert.data = tls.authority.Issue("DNS:a").certificate;
    config.client_key.data = "-----BEGIN nothing";
  }
  SECTION("a key of another certificate") {
    config.client_cert.data = tls.authority.Issue("DNS:a").certificate;
    config.client_key.data = tls.authority.Issue("DNS:b").key;
  }
  SECTION("no URL") {
    config.server = "https://[fd00::1";
  }
  k8s::CurlTransport transport(config);
  CHECK(ErrorOf(transport).code == ErrorCode::kInvalidArgument);
}

TEST_CASE("The environment's proxies are not asked") {
  // NOLINTBEGIN(concurrency-mt-unsafe): no other thread reads the environment
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("all_proxy", "http://127.0.0.1:1", 1);
  const auto server = std::move(*ApiServer::Start({}));
  k8s::ClientConfig config;
  config.server = server->url();
  k8s::CurlTransport transport(config);
  CHECK(StatusOf(transport) == 200);
  config.proxy = "http://127.0.0.1:1";
  k8s::CurlTransport by_proxy(config);
  CHECK(ErrorOf(by_proxy).code == ErrorCode::kUnavailable);
  unsetenv("http_proxy");
  unsetenv("all_proxy");
  // NOLINTEND(concurrency-mt-unsafe)
}

TEST_CASE("A server's URL may have a path") {
  const auto server = std::move(*ApiServer::Start({}));
  k8s::ClientConfig config;
  config.server = server->url() + "/api";
  k8s::CurlTransport transport(config);
  CHECK(Get(transport, "/v1/pods").response->status == 200);
}

/// What one request makes of this answer of a server that then closes the connection.
Got Ask(const std::string& answer) {
  const RawServer server(answer);
  k8s::ClientConfig config;
  config.server = "http://127.0.0.1:" + std::to_string(server.port());
  k8s::CurlTransport transport(config);
  return Get(transport);
}

TEST_CASE("A request says who asks and for what") {
  const RawServer server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  k8s::ClientConfig config;
  config.server = "http://127.0.0.1:" + std::to_string(server.port());
  config.token = "secret";
  k8s::CurlTransport transport(config, {"portcullis/1.2", 1s});
  CHECK(StatusOf(transport) == 200);
  const std::string request = server.request();
  CHECK(request.rfind("GET /api/v1/pods HTTP/1.1\r\n", 0) == 0);
  CHECK(request.find("\r\nUser-Agent: portcullis/1.2\r\n") != std::string::npos);
  CHECK(request.find("\r\nAccept: application/json\r\n") != std::string::npos);
  CHECK(request.find("\r\nAuthorization: Bearer secret\r\n") != std::string::npos);
}

TEST_CASE("A body that is cut short is an error, not a short body") {
  const std::string answer =
      GENERATE("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
               "HTTP/1.1 200 OK\r\nContent-Le",
               "garbage\r\n\r\n",
               "");
  const Got got = Ask(answer);
  REQUIRE_FALSE(got.response.has_value());
  CHECK(got.response.error().code == ErrorCode::kUnavailable);
}

TEST_CASE("Redirects are not followed: they could lead a token anywhere") {
  const Got got =
      Ask("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  REQUIRE(got.response.has_value());
  CHECK(got.response->status == 302);
}

TEST_CASE("The body of an error is kept apart, and bounded") {
  const Got got =
      Ask("HTTP/1.1 500 Oops\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x'));
  REQUIRE(got.response.has_value());
  CHECK(got.response->status == 500);
  CHECK(got.response->error_body == std::string(size_t{16} * 1024, 'x'));
  CHECK(got.body.empty());
}

TEST_CASE("Retry-After is read from the answer") {
  const Got got = Ask("HTTP/1.1 429 Slow\r\nretry-after: 7\r\nContent-Length: 0\r\n\r\n");
  REQUIRE(got.response.has_value());
  CHECK(got.response->retry_after == 7s);
  const Got dated =
      Ask("HTTP/1.1 503 Slow\r\nDate: Fri, 02 Jan 2026 03:04:05 GMT\r\n"
          "Retry-After: Fri, 02 Jan 2026 03:05:05 GMT\r\nContent-Length: 0\r\n\r\n");
  REQUIRE(dated.response.has_value());
  CHECK(dated.response->retry_after == 60s);
}

TEST_CASE("Retry-After: seconds, dates and what is neither") {
  using k8s::ParseRetryAfter;
  const std::string date = "Fri, 02 Jan 2026 03:04:05 GMT";
  CHECK(ParseRetryAfter("0", "") == 0s);
  CHECK(ParseRetryAfter("120", date) == 120s);
  CHECK(ParseRetryAfter("Fri, 02 Jan 2026 03:04:35 GMT", date) == 30s);
  CHECK(ParseRetryAfter("Fri, 02 Jan 2026 03:04:00 GMT", date) == 0s);
  CHECK(ParseRetryAfter("Thu, 01 Jan 1970 00:00:00 GMT", "") == 0s);
  CHECK(ParseRetryAfter("", date) == std::nullopt);
  CHECK(ParseRetryAfter("-1", date) == std::nullopt);
  CHECK(ParseRetryAfter("1.5", date) == std::nullopt);
  CHECK(ParseRetryAfter("soon", date) == std::nullopt);
  CHECK(ParseRetryAfter("99999999999999999999", date) == std::nullopt);
}

TEST_CASE("A consumer that has had enough ends the request without an error") {
  const auto server = std::move(*ApiServer::Start({}));
  k8s::ClientConfig config;
  config.server = server->url();
  k8s::CurlTransport transport(config);
  int calls = 0;
  const auto response = transport.Get({kPods, 5s},
                                      [&](const k8s::Response& /*head*/, std::string_view bytes) {
                                        return ++calls == 1 && bytes.empty();
                                      },
                                      {});
  REQUIRE(response.has_value());
  CHECK(response->status == 200);
  CHECK(calls == 2);
  CHECK(StatusOf(transport) == 200);  // The transport is as good as new.
}

TEST_CASE("An address where nobody listens is named, with the errno") {
  k8s::ClientConfig config;
  config.server = "http://127.0.0.1:1";
  k8s::CurlTransport transport(config);
  const Error error = ErrorOf(transport);
  CHECK(error.code == ErrorCode::kUnavailable);
  CHECK(error.message.find("http://127.0.0.1:1") != std::string::npos);
  CHECK(error.errno_value == ECONNREFUSED);
}

}  // namespace
}  // namespace portcullis::test
