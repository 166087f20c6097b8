// SPDX-License-Identifier: Apache-2.0
//
// A server that takes one connection, reads one request's head, sends the bytes it was given and
// closes: for answers that no HTTP library would write.
#ifndef PORTCULLIS_TESTS_K8S_CLIENT_RAW_SERVER_H_
#define PORTCULLIS_TESTS_K8S_CLIENT_RAW_SERVER_H_

#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <string>
#include <thread>

#include <unistd.h>

#include <netinet/in.h>
#include <sys/socket.h>

namespace portcullis::test {

class RawServer {
 public:
  explicit RawServer(std::string answer)
      : answer_(std::move(answer)),
        listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, generic, size) != 0 || listen(listener_, 1) != 0 ||
        getsockname(listener_, generic, &size) != 0) {
      std::abort();
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~RawServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;
  RawServer(RawServer&&) = delete;
  RawServer& operator=(RawServer&&) = delete;

  [[nodiscard]] uint16_t port() const { return port_; }
  /// The head of the request, once the answer has come.
  [[nodiscard]] std::string request() const {
    const std::lock_guard lock(mutex_);
    return request_;
  }

 private:
  void Serve() {
    while (true) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) {
        return;
      }
      std::string head;
      char byte = 0;
      while (head.find("\r\n\r\n") == std::string::npos && recv(connection, &byte, 1, 0) == 1) {
        head.push_back(byte);
      }
      {
        const std::lock_guard lock(mutex_);
        request_ = head;
      }
      (void)send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      close(connection);
    }
  }

  const std::string answer_;
  int listener_;
  uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::string request_;  // Protected by mutex_.
  std::thread thread_;
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_K8S_CLIENT_RAW_SERVER_H_
