// SPDX-License-Identifier: Apache-2.0
//
// See conversation.h.
#include "tests/cluster/prober/conversation.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <poll.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace portcullis::prober {
namespace {

using lab::Transport;

constexpr size_t kMessage = sizeof(uint64_t);

int SocketType(Transport transport) {
  return transport == Transport::kTcp ? SOCK_STREAM : SOCK_DGRAM;
}

}  // namespace

Conversation::Conversation(const lab::Probe& probe)
    : transport_(probe.transport),
      fd_(probe.source->netns.Socket(
          lab::AddressFamily(probe.destination), SocketType(probe.transport), 0)) {
  if (transport_ == Transport::kTcp) {
    const int on = 1;
    ::setsockopt(fd_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  const lab::SocketAddress to = lab::ToSocketAddress(probe.destination, probe.port);
  if (::connect(fd_.get(), to.get(), to.size) != 0 && errno != EINPROGRESS) {
    NoteError("connect");
  }
}

bool Conversation::Ready() {
  if (!connected_ && ended_.empty()) {
    pollfd poll = {fd_.get(), POLLOUT, 0};
    if (::poll(&poll, 1, 0) == 1) {
      int error = 0;
      socklen_t size = sizeof error;
      ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
      errno = error;
      connected_ = error == 0;
      if (!connected_) {
        NoteError("connect");
      }
    }
  }
  return connected_ && ended_.empty();
}

/// A datagram socket reports what ICMP said of an earlier message; it does not end by it.
void Conversation::NoteError(const char* what) {
  if (transport_ == Transport::kTcp && errno != EAGAIN) {
    ended_ = std::string(what) + ": " + std::generic_category().message(errno);
  }
}

void Conversation::Send(uint64_t number) {
  std::array<char, kMessage> message{};
  std::memcpy(message.data(), &number, message.size());
  const ssize_t sent = ::send(fd_.get(), message.data(), message.size(), MSG_NOSIGNAL);
  if (sent < 0) {
    NoteError("send");
  } else if (static_cast<size_t>(sent) < message.size()) {
    ended_ = "send: the socket is full";  // The rest would begin in the middle of a message.
  }
}

std::vector<uint64_t> Conversation::Receive() {
  std::array<char, 64 * kMessage> buffer{};
  std::vector<uint64_t> numbers;
  while (ended_.empty()) {
    const ssize_t size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    if (size == 0) {
      ended_ = "closed by the server";
    } else if (size < 0) {
      NoteError("recv");
      break;
    }
    received_.append(buffer.data(), static_cast<size_t>(size));
    for (; received_.size() >= kMessage; received_.erase(0, kMessage)) {
      std::memcpy(&numbers.emplace_back(), received_.data(), kMessage);
    }
  }
  return numbers;
}

}  // namespace portcullis::prober
