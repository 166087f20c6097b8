// SPDX-License-Identifier: Apache-2.0
//
// See mnl_monitor.h.
#include "nft/mnl_monitor.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <poll.h>
#include <unistd.h>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/eventfd.h>

#include "nft/attributes.h"

namespace portcullis::nft {

using std::chrono::milliseconds;

namespace {

/// Tables, chains, rules, sets and elements alike name their table in their first attribute (enums
/// nft_table_attributes, nft_chain_attributes... of linux/netfilter/nf_tables.h).
constexpr uint16_t kTableAttribute = 1;
static_assert(NFTA_TABLE_NAME == kTableAttribute && NFTA_CHAIN_TABLE == kTableAttribute &&
              NFTA_RULE_TABLE == kTableAttribute && NFTA_SET_TABLE == kTableAttribute &&
              NFTA_SET_ELEM_LIST_TABLE == kTableAttribute && NFTA_OBJ_TABLE == kTableAttribute &&
              NFTA_FLOWTABLE_TABLE == kTableAttribute);

/// The end of a transaction, which names no table; its first attribute is the generation.
bool IsGeneration(const nlmsghdr* message) {
  return (message->nlmsg_type & 0xffU) == NFT_MSG_NEWGEN;
}

/// Ends a wait for a file descriptor from another thread.
class Alarm {
 public:
  Alarm() : event_(eventfd(0, EFD_CLOEXEC)) {}
  ~Alarm() { close(event_); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  Alarm(Alarm&&) = delete;
  Alarm& operator=(Alarm&&) = delete;

  void Ring() const { static_cast<void>(eventfd_write(event_, 1)); }

  /// Whether `fd` can be read, before `timeout` has passed or Ring() was called.
  [[nodiscard]] Result<bool> WaitFor(int fd, milliseconds timeout) const {
    std::array<pollfd, 2> waited{{{fd, POLLIN, 0}, {event_, POLLIN, 0}}};
    if (poll(waited.data(), waited.size(), static_cast<int>(timeout.count())) < 0 &&
        errno != EINTR) {
      return Fail(ErrorCode::kUnavailable,
                  "wait for the kernel: " + std::generic_category().message(errno),
                  errno);
    }
    return waited.front().revents != 0;
  }

 private:
  int event_;  ///< -1 where the system has none left: poll() passes over it.
};

}  // namespace

MnlMonitor::MnlMonitor(NetlinkSocket socket, std::string table, uint32_t own_port)
    : socket_(std::move(socket)),
      table_(std::move(table)),
      own_port_(own_port) {}

Result<MnlMonitor> MnlMonitor::Open(std::string table, uint32_t own_port) {
  auto socket = NetlinkSocket::Listen(NFNLGRP_NFTABLES, own_port);
  if (!socket) {
    return Fail(socket.error());
  }
  return MnlMonitor(std::move(*socket), std::move(table), own_port);
}

Result<bool> MnlMonitor::Wait(const std::stop_token& stop, milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const Alarm alarm;
  const std::stop_callback ring(stop, [&alarm] { alarm.Ring(); });
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (stop.stop_requested() || left <= milliseconds(0)) {
      return false;
    }
    auto readable = alarm.WaitFor(socket_.fd(), left);
    if (!readable || (*readable && Heard())) {
      return readable;
    }
  }
}

bool MnlMonitor::Heard() {
  bool heard = false;
  const auto drained =
      socket_.Drain([&](const nlmsghdr* message) { heard = heard || Concerns(message); });
  return heard || !drained;
}

bool MnlMonitor::Concerns(const nlmsghdr* message) const {
  if (message->nlmsg_pid == own_port_ || IsGeneration(message) ||
      mnl_nlmsg_get_payload_len(message) < sizeof(nfgenmsg)) {
    return false;
  }
  const auto* header = static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(message));
  bool ours = false;
  ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attr) {
    ours = ours || (mnl_attr_get_type(attr) == kTableAttribute && AttributeText(attr) == table_);
  });
  return ours && header->nfgen_family == NFPROTO_INET;
}

}  // namespace portcullis::nft
