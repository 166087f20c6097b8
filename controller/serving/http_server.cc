// SPDX-License-Identifier: Apache-2.0
//
// See http_server.h.
#include "controller/serving/http_server.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <microhttpd.h>
#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace portcullis {
namespace {

constexpr int kBacklog = 16;

/// A descriptor that is closed where nobody took it over.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  Socket(Socket&&) = delete;
  Socket& operator=(Socket&&) = delete;

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;

  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

SocketAddress ToSocketAddress(const ListenAddress& where) {
  SocketAddress result;
  if (where.address && where.address->family() == Family::kIpv4) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(where.port);
    std::memcpy(&address.sin_addr, where.address->Bytes().data(), where.address->size());
    std::memcpy(&result.storage, &address, sizeof address);
    result.size = sizeof address;
    return result;
  }
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(where.port);
  if (where.address) {
    std::memcpy(&address.sin6_addr, where.address->Bytes().data(), where.address->size());
  }
  std::memcpy(&result.storage, &address, sizeof address);
  result.size = sizeof address;
  return result;
}

tl::unexpected<Error> SystemFailure(const ListenAddress& where, int errno_value) {
  return Fail(ErrorCode::kUnavailable,
              "listen on " + where.ToString() + ": " + std::generic_category().message(errno_value),
              errno_value);
}

/// A socket that listens there and takes both families where no address is given. An IPv6 address
/// takes its own family alone.
Result<int> Listen(const ListenAddress& where) {
  SocketAddress address = ToSocketAddress(where);
  Socket socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  const int only_ipv6 = where.address ? 1 : 0;
  const bool ipv6 = address.storage.ss_family == AF_INET6;
  if (socket.get() < 0 || setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      (ipv6 &&
       setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &only_ipv6, sizeof only_ipv6) != 0) ||
      bind(socket.get(), address.get(), address.size) != 0 || listen(socket.get(), kBacklog) != 0) {
    return SystemFailure(where, errno);
  }
  return socket.Release();
}

/// A node without IPv6 has only IPv4's wildcard.
Result<int> ListenAnywhere(const ListenAddress& where) {
  auto socket = Listen(where);
  if (socket || where.address || socket.error().errno_value != EAFNOSUPPORT) {
    return socket;
  }
  return Listen({IpAddress::Parse("0.0.0.0"), where.port});
}

/// Whether both descriptors are the same socket.
bool IsSameSocket(int one, int other) {
  struct stat first {};
  struct stat second {};
  return fstat(one, &first) == 0 && fstat(other, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

struct FreeResponse {
  void operator()(MHD_Response* response) const { MHD_destroy_response(response); }
};
using Response = std::unique_ptr<MHD_Response, FreeResponse>;

Response MakeResponse(const Page& page) {
  // The library copies the text, and only reads it.
  Response response(MHD_create_response_from_buffer(
      page.body.size(), const_cast<char*>(page.body.data()), MHD_RESPMEM_MUST_COPY));
  if (response) {
    MHD_add_response_header(
        response.get(), MHD_HTTP_HEADER_CONTENT_TYPE, page.content_type.c_str());
    MHD_add_response_header(response.get(), MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
  }
  return response;
}

MHD_Result Send(MHD_Connection* connection, const Page& page) {
  const Response response = MakeResponse(page);
  if (!response) {
    return MHD_NO;
  }
  if (page.status == MHD_HTTP_METHOD_NOT_ALLOWED) {
    MHD_add_response_header(response.get(), MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
  }
  return MHD_queue_response(connection, page.status, response.get());
}

Page RefusePage(unsigned status, std::string why) {
  return {status, "text/plain; charset=utf-8", std::move(why)};
}

/// Answering before a body has been read makes the library close the connection behind the answer,
/// so that no byte of a body is ever kept.
// NOLINTNEXTLINE(readability-function-size): the library's signature
MHD_Result OnRequest(void* user,
                     MHD_Connection* connection,
                     const char* path,
                     const char* method,
                     const char* /*version*/,
                     const char* /*upload*/,
                     size_t* /*upload_size*/,
                     void** /*request*/) noexcept {
  const std::string_view verb = method;
  if (verb != MHD_HTTP_METHOD_GET && verb != MHD_HTTP_METHOD_HEAD) {
    return Send(connection, RefusePage(MHD_HTTP_METHOD_NOT_ALLOWED, "only GET is served\n"));
  }
  return Send(connection, (*static_cast<const HttpServer::Handler*>(user))(path));
}

}  // namespace

/// The library's daemon, and what it calls.
struct HttpServer::Daemon {
  Handler handler;
  MHD_Daemon* daemon = nullptr;

  explicit Daemon(Handler handle) : handler(std::move(handle)) {}
  ~Daemon() {
    if (daemon != nullptr) {
      MHD_stop_daemon(daemon);
    }
  }
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;
  Daemon(Daemon&&) = delete;
  Daemon& operator=(Daemon&&) = delete;

  /// Serves on `socket`, which stays the caller's; false where the library cannot start.
  bool Run(int socket) {
    const int copy = fcntl(socket, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) {
      return false;
    }
    Begin(copy);
    // Where it fails, version 0.9.75 sometimes has closed the socket and sometimes not.
    if (daemon == nullptr && IsSameSocket(copy, socket)) {
      close(copy);
    }
    return daemon != nullptr;
  }

  void Begin(int socket) {
    daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC,
                              /*port=*/0,
                              /*apc=*/nullptr,
                              /*apc_cls=*/nullptr,
                              &OnRequest,
                              &handler,
                              MHD_OPTION_LISTEN_SOCKET,
                              socket,
                              MHD_OPTION_CONNECTION_LIMIT,
                              kMaxConnections,
                              MHD_OPTION_PER_IP_CONNECTION_LIMIT,
                              kMaxConnectionsPerAddress,
                              MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                              kConnectionMemory,
                              MHD_OPTION_CONNECTION_TIMEOUT,
                              kIdleSeconds,
                              MHD_OPTION_END);
  }
};

HttpServer::HttpServer(std::unique_ptr<Daemon> daemon) : daemon_(std::move(daemon)) {}
HttpServer::~HttpServer() = default;
HttpServer::HttpServer(HttpServer&&) noexcept = default;

Result<HttpServer> HttpServer::Start(const ListenAddress& where, Handler handler) {
  const auto socket = ListenAnywhere(where);
  if (!socket) {
    return Fail(socket.error());
  }
  const Socket listener(*socket);
  auto daemon = std::make_unique<Daemon>(std::move(handler));
  if (!daemon->Run(listener.get())) {
    return Fail(ErrorCode::kUnavailable,
                "listen on " + where.ToString() + ": the HTTP server does not start");
  }
  return HttpServer(std::move(daemon));
}

uint16_t HttpServer::port() const {
  const auto* info = MHD_get_daemon_info(daemon_->daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info == nullptr ? 0 : info->port;
}

}  // namespace portcullis
