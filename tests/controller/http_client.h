// SPDX-License-Identifier: Apache-2.0
//
// A connection to a server, byte by byte, for tests of what a server makes of good and bad
// requests.
#ifndef PORTCULLIS_TESTS_CONTROLLER_HTTP_CLIENT_H_
#define PORTCULLIS_TESTS_CONTROLLER_HTTP_CLIENT_H_

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <poll.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace portcullis::test {

class ClientConnection {
 public:
  /// To a loopback address, of IPv4 or IPv6; `source` is one of IPv4's, any where it is 0.
  explicit ClientConnection(uint16_t port, bool ipv6 = false, uint32_t source = 0)
      : fd_(socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_addr.s_addr = htonl(source);
    const bool bound = source == 0 || bind(fd_, reinterpret_cast<sockaddr*>(&own), sizeof own) == 0;
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    v6.sin6_addr = in6addr_loopback;
    const auto* address =
        ipv6 ? reinterpret_cast<const sockaddr*>(&v6) : reinterpret_cast<const sockaddr*>(&v4);
    connected_ = bound && connect(fd_, address, ipv6 ? sizeof v6 : sizeof v4) == 0;
  }
  ~ClientConnection() { close(fd_); }
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;
  ClientConnection(ClientConnection&&) = delete;
  ClientConnection& operator=(ClientConnection&&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }

  /// False once the server has closed the connection.
  bool Send(std::string_view bytes) const {
    return send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }

  /// All that comes until the server closes the connection, or says nothing for `patience`.
  [[nodiscard]] std::string ReadAll(
      std::chrono::milliseconds patience = std::chrono::seconds(10)) const {
    std::string text;
    std::array<char, 4096> buffer{};
    pollfd waiting{fd_, POLLIN, 0};
    while (poll(&waiting, 1, static_cast<int>(patience.count())) == 1) {
      const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
      if (size <= 0) {
        break;
      }
      text.append(buffer.data(), static_cast<size_t>(size));
    }
    return text;
  }

 private:
  int fd_;
  bool connected_ = false;
};

/// The whole answer to a request, head and all.
inline std::string Ask(uint16_t port, std::string_view request, bool ipv6 = false) {
  const ClientConnection connection(port, ipv6);
  return connection.connected() && connection.Send(request) ? connection.ReadAll() : "";
}

inline std::string Get(uint16_t port, const std::string& target, bool ipv6 = false) {
  return Ask(port, "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", ipv6);
}

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_CONTROLLER_HTTP_CLIENT_H_
