// SPDX-License-Identifier: Apache-2.0
//
// `connect` for TCP and UDP, by the kernel's sockets. The texts are those of Go's net package,
// which the real agnhost prints.
#include <array>
#include <cerrno>

#include <poll.h>

#include <netinet/in.h>

#include "tests/cluster/agnhost/connect.h"
#include "tests/cluster/agnhost/system.h"
#include "tests/net/fd.h"
#include "tests/net/socket_address.h"

namespace portcullis::agnhost {
namespace {

/// Without a timeout the kernel's own decides.
std::optional<TimePoint> Deadline(const ConnectRequest& request) {
  return request.timeout.count() > 0 ? std::optional(Now() + request.timeout) : std::nullopt;
}

net::Fd OpenSocket(const Target& target, int type) {
  return net::Fd(
      ::socket(net::AddressFamily(target.address), type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

int ConnectSocket(int fd, const Target& target) {
  const net::SocketAddress to = net::ToSocketAddress(target.address, target.port);
  return ::connect(fd, to.get(), to.size) < 0 ? errno : 0;
}

/// What became of a connection that could be written to.
int PendingError(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  return ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0 ? errno : error;
}

std::string DialText(const char* network, const Target& target, int error) {
  return "OTHER: dial " + std::string(network) + " " + target.ToString() +
         ": connect: " + ErrorText(error);
}

/// "read udp 10.0.0.1:40000->10.0.0.2:80: ".
std::string UdpText(const char* what, int fd, const Target& target) {
  net::SocketAddress local;
  local.size = sizeof local.storage;
  Target from;
  if (::getsockname(fd, local.get(), &local.size) == 0) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(&local.storage);
    from = Target{net::FromSocketAddress(local), ntohs(in->sin_port)};  // As in sockaddr_in6.
  }
  return std::string(what) + " udp " + from.ToString() + "->" + target.ToString() + ": ";
}

std::string UdpFailure(const char* what, int fd, const Target& target, int error) {
  return (error == ECONNREFUSED ? "REFUSED: " : "UNKNOWN: ") + UdpText(what, fd, target) + what +
         ": " + ErrorText(error);
}

}  // namespace

Failure ConnectTcp(const ConnectRequest& request) {
  const std::optional<TimePoint> deadline = Deadline(request);
  const net::Fd fd = OpenSocket(*request.target, SOCK_STREAM);
  int error = fd ? ConnectSocket(fd.get(), *request.target) : errno;
  if (error == EINPROGRESS) {
    error = WaitFor(fd.get(), POLLOUT, deadline) ? PendingError(fd.get()) : ETIMEDOUT;
  }
  switch (error) {
    case 0:
      return std::nullopt;
    case ETIMEDOUT:
      return "TIMEOUT";
    case ECONNREFUSED:
      return "REFUSED";
    default:
      return DialText("tcp", *request.target, error);
  }
}

Failure ConnectUdp(const ConnectRequest& request) {
  const std::optional<TimePoint> deadline = Deadline(request);
  const Target& target = *request.target;
  const net::Fd fd = OpenSocket(target, SOCK_DGRAM);
  if (const int error = fd ? ConnectSocket(fd.get(), target) : errno; error != 0) {
    return DialText("udp", target, error);
  }
  const std::string line = request.udp_data + "\n";
  if (::send(fd.get(), line.data(), line.size(), MSG_NOSIGNAL) < 0) {
    const int error = errno;
    return UdpFailure("write", fd.get(), target, error);
  }
  if (!WaitFor(fd.get(), POLLIN, deadline)) {
    return "TIMEOUT: " + UdpText("read", fd.get(), target) + "i/o timeout";
  }
  std::array<char, 1024> answer{};
  const ssize_t size = ::recv(fd.get(), answer.data(), answer.size(), 0);
  if (size < 0) {
    const int error = errno;
    return UdpFailure("read", fd.get(), target, error);
  }
  return size > 0 ? Failure()
                  : "OTHER: No data received from the server. Cannot guarantee the server received "
                    "the request.";
}

}  // namespace portcullis::agnhost
