// SPDX-License-Identifier: Apache-2.0
//
// The HTTP server on real sockets: what it serves, what it refuses, that it bears bad clients and
// stops at once; and that a port in use stops nothing.
#include "controller/serving/http_server.h"

#include <cerrno>
#include <list>
#include <thread>

#include <catch2/catch.hpp>

#include "controller/serving/status_server.h"
#include "tests/controller/capture.h"
#include "tests/controller/http_client.h"

namespace portcullis {
namespace {

using namespace std::chrono_literals;
using test::Ask;
using test::ClientConnection;
using test::Get;

Page Echo(std::string_view path) {
  return {path == "/gone" ? 503U : 200U, "text/plain; charset=utf-8", "at " + std::string(path)};
}

HttpServer Serve(const ListenAddress& where = {IpAddress::Parse("127.0.0.1"), 0}) {
  auto server = HttpServer::Start(where, Echo);
  REQUIRE(server.has_value());
  return std::move(*server);
}

bool IsStatus(const std::string& answer, int status) {
  return answer.rfind("HTTP/1.1 " + std::to_string(status) + " ", 0) == 0;
}

bool EndsWith(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

TEST_CASE("A page is served with its status and type, whatever the query", "[http]") {
  const HttpServer server = Serve();
  const std::string answer = Get(server.port(), "/page?verbose=1");
  CHECK(IsStatus(answer, 200));
  CHECK(answer.find("\r\nContent-Type: text/plain; charset=utf-8\r\n") != std::string::npos);
  CHECK(EndsWith(answer, "\r\n\r\nat /page"));
  CHECK(IsStatus(Get(server.port(), "/gone"), 503));
}

TEST_CASE("HEAD has no body", "[http]") {
  const HttpServer server = Serve();
  const std::string answer =
      Ask(server.port(), "HEAD /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(IsStatus(answer, 200));
  CHECK(EndsWith(answer, "\r\n\r\n"));
}

TEST_CASE("Without an address both families are served, with one only that", "[http]") {
  const HttpServer all = Serve({std::nullopt, 0});
  CHECK(IsStatus(Get(all.port(), "/"), 200));
  CHECK(IsStatus(Get(all.port(), "/", /*ipv6=*/true), 200));
  const HttpServer ipv4 = Serve();
  CHECK(IsStatus(Get(ipv4.port(), "/"), 200));
  CHECK(Get(ipv4.port(), "/", /*ipv6=*/true).empty());
  const HttpServer ipv6 = Serve({IpAddress::Parse("::1"), 0});
  CHECK(IsStatus(Get(ipv6.port(), "/", /*ipv6=*/true), 200));
  CHECK(Get(ipv6.port(), "/").empty());
}

TEST_CASE("Only GET and HEAD are served, and no body is taken in", "[http]") {
  const HttpServer server = Serve();
  const std::string method = GENERATE("POST", "PUT", "DELETE", "OPTIONS", "get");
  const ClientConnection connection(server.port());
  REQUIRE(connection.Send(method +
                          " /page HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\nabc"));
  const std::string answer = connection.ReadAll();
  CHECK(IsStatus(answer, 405));
  CHECK(answer.find("\r\nAllow: GET, HEAD\r\n") != std::string::npos);
}

TEST_CASE("A GET with a body is answered without it", "[http]") {
  const HttpServer server = Serve();
  const ClientConnection connection(server.port());
  REQUIRE(connection.Send(
      "GET /page HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n"));
  CHECK(IsStatus(connection.ReadAll(), 200));
}

TEST_CASE("A request larger than a connection's memory is refused", "[http]") {
  const HttpServer server = Serve();
  const std::string much(HttpServer::kConnectionMemory, 'a');
  CHECK(IsStatus(Get(server.port(), "/" + much), 414));
  const std::string answer =
      Ask(server.port(), "GET / HTTP/1.1\r\nHost: x\r\nX-Much: " + much + "\r\n\r\n");
  CHECK((IsStatus(answer, 431) || IsStatus(answer, 413)));
  CHECK(IsStatus(Get(server.port(), "/"), 200));
}

TEST_CASE("Garbage ends its own connection alone", "[http]") {
  const HttpServer server = Serve();
  const std::string garbage = GENERATE(as<std::string>{},
                                       "\r\n\r\n\r\n",
                                       "\x16\x03\x01\x02\xff\xff",
                                       "GET\r\n\r\n",
                                       "GET / HTTP/9.9\r\n\r\n",
                                       std::string(100'000, '\0'));
  {
    const ClientConnection connection(server.port());
    connection.Send(garbage);
    (void)connection.ReadAll(200ms);
  }
  CHECK(IsStatus(Get(server.port(), "/"), 200));
}

TEST_CASE("A client that says nothing is let go", "[http]") {
  const HttpServer server = Serve();
  const ClientConnection connection(server.port());
  REQUIRE(connection.Send("GET / HTTP/1.1\r\nHo"));
  const auto began = std::chrono::steady_clock::now();
  (void)connection.ReadAll(30s);
  CHECK(std::chrono::steady_clock::now() - began <
        std::chrono::seconds(HttpServer::kIdleSeconds) + 5s);
}

TEST_CASE("More clients than allowed from one address leave room for others", "[http]") {
  const HttpServer server = Serve({std::nullopt, 0});
  std::list<ClientConnection> silent;
  for (unsigned i = 0; i < HttpServer::kMaxConnections; ++i) {
    silent.emplace_back(server.port());
  }
  CHECK(IsStatus(Get(server.port(), "/", /*ipv6=*/true), 200));
}

TEST_CASE("Silent clients of a few addresses leave room for others", "[http]") {
  const HttpServer server = Serve({std::nullopt, 0});
  std::list<ClientConnection> silent;
  for (uint32_t address = 1; address <= 4; ++address) {
    for (unsigned i = 0; i < HttpServer::kMaxConnectionsPerAddress; ++i) {
      silent.emplace_back(server.port(), /*ipv6=*/false, INADDR_LOOPBACK + address);
    }
  }
  const ClientConnection kubelet(server.port());
  REQUIRE(kubelet.Send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
  CHECK(IsStatus(kubelet.ReadAll(1s), 200));
}

TEST_CASE("The server stops at once, whatever its clients do", "[http]") {
  std::list<ClientConnection> silent;
  auto server = std::make_unique<HttpServer>(Serve());
  for (int i = 0; i < 5; ++i) {
    silent.emplace_back(server->port());
    silent.back().Send("GET / HTTP/1.1\r\n");
  }
  std::this_thread::sleep_for(50ms);
  const auto began = std::chrono::steady_clock::now();
  server.reset();
  CHECK(std::chrono::steady_clock::now() - began < 200ms);
}

TEST_CASE("A port in use is an error that names it", "[http]") {
  const HttpServer first = Serve();
  const ListenAddress taken{IpAddress::Parse("127.0.0.1"), first.port()};
  const auto second = HttpServer::Start(taken, Echo);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().code == ErrorCode::kUnavailable);
  CHECK(second.error().errno_value == EADDRINUSE);
  CHECK(second.error().message.find(taken.ToString()) != std::string::npos);
}

TEST_CASE("An address that the host has not is an error too", "[http]") {
  CHECK_FALSE(HttpServer::Start({IpAddress::Parse("192.0.2.1"), 0}, Echo).has_value());
}

TEST_CASE("A port in use is said once and tried until it is free", "[http]") {
  auto first = std::make_unique<HttpServer>(Serve());
  const ListenAddress where{IpAddress::Parse("127.0.0.1"), first->port()};
  const std::string said = test::Capture([&] {
    EventLog log(LogFormat::kText, LogLevel::kInfo);
    std::jthread thread([&](const std::stop_token& stop) {
      RunStatusServer(where, Echo, log, stop, /*retry=*/10ms);
    });
    std::this_thread::sleep_for(200ms);
    first.reset();
    for (int i = 0; i < 1000 && !IsStatus(Get(where.port, "/"), 200); ++i) {
      std::this_thread::sleep_for(10ms);
    }
  });
  CHECK(said.find("another process has the port") == said.rfind("another process has the port"));
  CHECK(said.find("another process has the port") != std::string::npos);
  CHECK(said.find("are served on " + where.ToString()) != std::string::npos);
}

}  // namespace
}  // namespace portcullis
