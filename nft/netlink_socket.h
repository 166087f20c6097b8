// SPDX-License-Identifier: Apache-2.0
//
// A NETLINK_NETFILTER socket: bytes to the kernel, messages from it, errnos to Errors. Knows no
// message of nf_tables or conntrack; mnl_kernel and mnl_conntrack own one each.
//
// Thread safety: none; one user at a time.
#ifndef PORTCULLIS_NFT_NETLINK_SOCKET_H_
#define PORTCULLIS_NFT_NETLINK_SOCKET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <libmnl/libmnl.h>

#include "base/result.h"
#include "nft/handles.h"

namespace portcullis::nft {

/// What the kernel complains of.
struct KernelError {
  int code = 0;  ///< A positive errno; 0 for an acknowledgement.
  uint32_t sequence = 0;
  std::string text;                ///< The kernel's own words, if it has some.
  std::optional<uint32_t> offset;  ///< Of the guilty attribute, in the message that was sent.
};

/// REQUIRES: a message of type NLMSG_ERROR.
[[nodiscard]] KernelError ReadError(const nlmsghdr* message);

/// What a caller shall do about an errno of the kernel.
[[nodiscard]] ErrorCode CodeOf(int errno_value);

/// `context: No such file or directory (the kernel's own words)`, with the code for it.
[[nodiscard]] Error ToError(const KernelError& error, const std::string& context);

/// One message to send, of the given subsystem and type, behind whose nfgenmsg attributes may be
/// put.
class Request {
 public:
  Request(uint16_t subsystem, uint16_t type, uint16_t flags, uint8_t family);

  [[nodiscard]] nlmsghdr* message() { return message_; }

 private:
  std::vector<char> buffer_;
  nlmsghdr* message_;
};

class NetlinkSocket {
 public:
  using Take = std::function<void(const nlmsghdr*)>;

  /// ERRORS: kPermission, kUnavailable.
  [[nodiscard]] static Result<NetlinkSocket> Open();
  /// The same, with no more than `receive_limit` bytes that the kernel keeps until they are read.
  [[nodiscard]] static Result<NetlinkSocket> Open(size_t receive_limit);

  /// A socket that only hears the notifications of `group` (NFNLGRP_...), and is not even woken by
  /// those of what the socket `own_port` has asked for. What comes while nobody reads is kept up to
  /// the system's ordinary limit; beyond that it is lost, and Drain() says so.
  /// ERRORS: kPermission, kUnavailable.
  [[nodiscard]] static Result<NetlinkSocket> Listen(int group, uint32_t own_port);

  /// By which the kernel's notifications name the one who made a change.
  [[nodiscard]] uint32_t port() const;

  /// To wait on; owned by the socket.
  [[nodiscard]] int fd() const;

  /// The first of `count` sequence numbers that nothing else uses.
  [[nodiscard]] uint32_t Reserve(uint32_t count);

  /// The largest piece that Send() can hand over.
  [[nodiscard]] size_t max_send() const { return max_send_; }

  /// Hands `bytes` to the kernel in one piece, which has dealt with all of it when this returns:
  /// what it answers is there for Drain(). ERRORS: kUnavailable; its errno is EMSGSIZE where the
  /// piece is too large.
  [[nodiscard]] Result<void> Send(const std::vector<char>& bytes);

  /// Calls `take` for every message that has come, without waiting for more.
  /// ERRORS: kConflict where messages were lost, so that what the kernel did is not known.
  [[nodiscard]] Result<void> Drain(const Take& take);

  /// Calls `take` for the messages that the kernel has sent in one piece, and returns whether there
  /// was one; does not wait for it. ERRORS: kConflict where messages were lost.
  [[nodiscard]] Result<bool> ReceiveNow(const Take& take);

  /// Sends a request with NLM_F_DUMP or NLM_F_ACK and calls `take` for every message of its answer.
  /// Returns whether the answer is whole: not so where a change interrupted a dump. ERRORS:
  /// kNotFound where there is no such object, else as CodeOf().
  [[nodiscard]] Result<bool> Ask(Request request, const Take& take);

 private:
  explicit NetlinkSocket(SocketPtr socket);

  /// Room for what one system call may bring. Kernel 6.18 sends at most 32 KiB at once; a page of
  /// it that nothing has been read into costs no memory, as nothing is written to it before.
  using Buffer = std::array<char, size_t{128} * 1024>;

  SocketPtr socket_;
  size_t max_send_ = 0;
  uint32_t next_sequence_ = 1;
  std::unique_ptr<Buffer> buffer_ = std::make_unique_for_overwrite<Buffer>();
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_NETLINK_SOCKET_H_
