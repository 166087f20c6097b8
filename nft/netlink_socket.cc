// SPDX-License-Identifier: Apache-2.0
//
// See netlink_socket.h.
#include "nft/netlink_socket.h"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include "nft/attributes.h"

namespace portcullis::nft {
namespace {

/// ERESTART is the kernel's own and has no place in <errno.h>'s standard part; nfnetlink answers it
/// for a stale generation.
constexpr int kErestart = 85;
/// Limits, not allocations. One batch has to fit into the send buffer; the echoes of all its rules,
/// or an error for each of its messages, into the receive buffer. 30,000 chains with three rules
/// each take 38 MB.
constexpr int kBufferLimit = 512 * 1024 * 1024;

std::string ErrnoText(int errno_value) {
  return std::generic_category().message(errno_value);
}

Error SystemError(const std::string& what, int errno_value) {
  return Error{CodeOf(errno_value), what + ": " + ErrnoText(errno_value), errno_value};
}

/// As large as the kernel lets it be: the limit without CAP_NET_ADMIN is net.core.[rw]mem_max.
void Enlarge(int fd, int forced_option, int option, int size) {
  if (setsockopt(fd, SOL_SOCKET, forced_option, &size, sizeof(size)) != 0) {
    static_cast<void>(setsockopt(fd, SOL_SOCKET, option, &size, sizeof(size)));
  }
}

Result<SocketPtr> Bind() {
  SocketPtr socket(mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC));
  if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) != 0) {
    return Fail(SystemError("open a netlink socket", errno));
  }
  return socket;
}

/// What netlink_sendmsg() of the kernel (net/netlink/af_netlink.c) takes at once.
size_t SendLimit(int fd) {
  constexpr int kReserved = 32;
  int size = 0;
  socklen_t length = sizeof(size);
  if (getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, &length) != 0 || size < kReserved) {
    return 0;
  }
  return static_cast<size_t>(size - kReserved);
}

/// Has the kernel drop what comes on account of `port`, before it wakes anybody. All messages of
/// one datagram are of one transaction, so the first one speaks for them. Where there are no socket
/// filters the listener wakes in vain.
void PassOver(int fd, uint32_t port) {
  constexpr auto kLoad = static_cast<uint16_t>(BPF_LD | BPF_W | BPF_ABS);
  constexpr auto kIsEqual = static_cast<uint16_t>(BPF_JMP | BPF_JEQ | BPF_K);
  constexpr auto kReturn = static_cast<uint16_t>(BPF_RET | BPF_K);
  // A filter reads numbers in network order; netlink writes them in the machine's.
  std::array<sock_filter, 4> code{{{kLoad, 0, 0, offsetof(nlmsghdr, nlmsg_pid)},
                                   {kIsEqual, 0, 1, htonl(port)},
                                   {kReturn, 0, 0, 0},
                                   {kReturn, 0, 0, UINT32_MAX}}};
  const sock_fprog program{code.size(), code.data()};
  static_cast<void>(setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)));
}

template <typename Visit>
void ForEachMessage(const char* bytes, size_t size, Visit visit) {
  auto left = static_cast<int>(size);
  const auto* message = static_cast<const nlmsghdr*>(static_cast<const void*>(bytes));
  for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
    visit(message);
  }
}

/// The answer to one request, message by message.
class Reply {
 public:
  Reply(uint32_t sequence, const NetlinkSocket::Take& take) : sequence_(sequence), take_(take) {}

  void Take(const nlmsghdr* message) {
    if (message->nlmsg_seq != sequence_) {
      return;  // The rest of an answer that was given up.
    }
    whole_ = whole_ && (message->nlmsg_flags & NLM_F_DUMP_INTR) == 0;
    if (message->nlmsg_type == NLMSG_DONE) {
      ended_ = true;
      TakeEnd(message);
    } else if (message->nlmsg_type == NLMSG_ERROR) {
      ended_ = true;
      error_ = ReadError(message);
    } else {
      take_(message);
    }
  }

  [[nodiscard]] bool ended() const { return ended_; }
  [[nodiscard]] bool whole() const { return whole_; }
  [[nodiscard]] const KernelError& error() const { return error_; }

 private:
  /// The end of a dump says whether the dump went wrong underway: a set may vanish.
  void TakeEnd(const nlmsghdr* message) {
    int status = 0;
    if (mnl_nlmsg_get_payload_len(message) >= sizeof(status)) {
      std::memcpy(&status, mnl_nlmsg_get_payload(message), sizeof(status));
    }
    error_.code = status < 0 ? -status : 0;
  }

  const uint32_t sequence_;
  const NetlinkSocket::Take& take_;
  bool ended_ = false;
  bool whole_ = true;
  KernelError error_;
};

}  // namespace

KernelError ReadError(const nlmsghdr* message) {
  const auto* error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
  KernelError read;
  read.code = -error->error;
  read.sequence = error->msg.nlmsg_seq;
  if ((message->nlmsg_flags & NLM_F_ACK_TLVS) == 0) {
    return read;
  }
  const bool capped = (message->nlmsg_flags & NLM_F_CAPPED) != 0;
  const size_t header = sizeof(nlmsgerr) + (capped ? 0 : error->msg.nlmsg_len - sizeof(nlmsghdr));
  ForEachAttribute(message, header, [&](const nlattr* attr) {
    if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG) {
      read.text = AttributeText(attr);
    } else if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS) {
      read.offset = mnl_attr_get_u32(attr);
    }
  });
  return read;
}

ErrorCode CodeOf(int errno_value) {
  switch (errno_value) {
    case EPERM:
    case EACCES:
      return ErrorCode::kPermission;
    case ENOENT:
      return ErrorCode::kNotFound;
    case kErestart:
    case EBUSY:
      return ErrorCode::kConflict;
    case ENOMEM:
    case ENOBUFS:
    case EMSGSIZE:
    case EAGAIN:
    case EINTR:
      return ErrorCode::kUnavailable;
    default:
      return ErrorCode::kInvalidArgument;
  }
}

Error ToError(const KernelError& error, const std::string& context) {
  Error read = SystemError(context, error.code);
  if (!error.text.empty()) {
    read.message += " (" + error.text + ")";
  }
  return read;
}

Request::Request(uint16_t subsystem, uint16_t type, uint16_t flags, uint8_t family)
    : buffer_(4096),
      message_(mnl_nlmsg_put_header(buffer_.data())) {
  message_->nlmsg_type = static_cast<uint16_t>(subsystem << 8U | type);
  message_->nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
  auto* header = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message_, sizeof(nfgenmsg)));
  header->nfgen_family = family;
  header->version = NFNETLINK_V0;
}

NetlinkSocket::NetlinkSocket(SocketPtr socket)
    : socket_(std::move(socket)),
      max_send_(SendLimit(mnl_socket_get_fd(socket_.get()))) {}

Result<NetlinkSocket> NetlinkSocket::Open() {
  return Open(kBufferLimit);
}

Result<NetlinkSocket> NetlinkSocket::Open(size_t receive_limit) {
  auto opened = Bind();
  if (!opened) {
    return Fail(opened.error());
  }
  const SocketPtr& socket = *opened;
  const int fd = mnl_socket_get_fd(socket.get());
  Enlarge(fd, SO_SNDBUFFORCE, SO_SNDBUF, kBufferLimit);
  Enlarge(fd, SO_RCVBUFFORCE, SO_RCVBUF, static_cast<int>(receive_limit));
  // Both only make errors say more; kernels before 4.12 have neither.
  int on = 1;
  static_cast<void>(mnl_socket_setsockopt(socket.get(), NETLINK_EXT_ACK, &on, sizeof(on)));
  static_cast<void>(mnl_socket_setsockopt(socket.get(), NETLINK_CAP_ACK, &on, sizeof(on)));
  return NetlinkSocket(std::move(*opened));
}

Result<NetlinkSocket> NetlinkSocket::Listen(int group, uint32_t own_port) {
  auto opened = Bind();
  if (!opened) {
    return Fail(opened.error());
  }
  PassOver(mnl_socket_get_fd(opened->get()), own_port);
  if (mnl_socket_setsockopt(opened->get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) != 0) {
    return Fail(SystemError("hear the notifications of the kernel", errno));
  }
  return NetlinkSocket(std::move(*opened));
}

uint32_t NetlinkSocket::port() const {
  return mnl_socket_get_portid(socket_.get());
}

int NetlinkSocket::fd() const {
  return mnl_socket_get_fd(socket_.get());
}

uint32_t NetlinkSocket::Reserve(uint32_t count) {
  return std::exchange(next_sequence_, next_sequence_ + count);
}

Result<void> NetlinkSocket::Send(const std::vector<char>& bytes) {
  if (mnl_socket_sendto(socket_.get(), bytes.data(), bytes.size()) >= 0) {
    return {};
  }
  // The kernel copies the piece into one buffer before it looks at it: these three all say that it
  // could not.
  const bool too_large = errno == EMSGSIZE || errno == ENOBUFS || errno == ENOMEM;
  return Fail(SystemError("send to the kernel", too_large ? EMSGSIZE : errno));
}

Result<void> NetlinkSocket::Drain(const Take& take) {
  for (;;) {
    const auto received = ReceiveNow(take);
    if (!received) {
      return Fail(received.error());
    }
    if (!*received) {
      return {};
    }
  }
}

Result<bool> NetlinkSocket::ReceiveNow(const Take& take) {
  const int fd = mnl_socket_get_fd(socket_.get());
  ssize_t received = 0;
  do {
    received = recv(fd, buffer_->data(), buffer_->size(), MSG_DONTWAIT | MSG_TRUNC);
  } while (received < 0 && errno == EINTR);
  if (received < 0 && errno == EAGAIN) {
    return false;
  }
  if (received < 0 || static_cast<size_t>(received) > buffer_->size()) {
    return Fail(ErrorCode::kConflict, "the kernel's answer was lost", received < 0 ? errno : 0);
  }
  ForEachMessage(buffer_->data(), static_cast<size_t>(received), take);
  return true;
}

Result<bool> NetlinkSocket::Ask(Request request, const Take& take) {
  nlmsghdr* const sent = request.message();
  sent->nlmsg_seq = Reserve(1);
  if (mnl_socket_sendto(socket_.get(), sent, sent->nlmsg_len) < 0) {
    return Fail(SystemError("send to the kernel", errno));
  }
  Reply reply(sent->nlmsg_seq, take);
  while (!reply.ended()) {
    const ssize_t received = mnl_socket_recvfrom(socket_.get(), buffer_->data(), buffer_->size());
    if (received < 0 && errno != EINTR) {
      return Fail(SystemError("receive from the kernel", errno));
    }
    if (received > 0) {
      ForEachMessage(buffer_->data(), static_cast<size_t>(received), [&](const nlmsghdr* message) {
        reply.Take(message);
      });
    }
  }
  if (reply.error().code != 0) {
    return Fail(ToError(reply.error(), "the kernel refused the request"));
  }
  return reply.whole();
}

}  // namespace portcullis::nft
