// SPDX-License-Identifier: Apache-2.0
//
// See mnl_conntrack.h. An entry's mark is changed by IPCTNL_MSG_CT_NEW for its own tuple, without
// NLM_F_CREATE: `mark = (mark & ~CTA_MARK_MASK) ^ CTA_MARK`, atomically in the kernel. There is no
// filter for "any of these marks", so that all entries are dumped.
#include "nft/mnl_conntrack.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>

#include "nft/attributes.h"

namespace portcullis::nft {
namespace {

/// A dump that runs while the kernel resizes its table may miss entries; a pass that finds nothing
/// shows that none was missed.
constexpr int kMaxPasses = 8;
/// Messages that are sent at once; each can bring an error back.
constexpr size_t kMaxAtOnce = 500;

void AppendAttribute(std::string& attributes, const nlattr* attr) {
  const auto* bytes = static_cast<const char*>(static_cast<const void*>(attr));
  attributes.append(bytes, attr->nla_len);
  attributes.resize(Aligned(attributes.size()), '\0');
}

}  // namespace

Result<MnlConntrack> MnlConntrack::Open() {
  auto socket = NetlinkSocket::Open();
  if (!socket) {
    return Fail(socket.error());
  }
  return MnlConntrack(std::move(*socket));
}

Result<size_t> MnlConntrack::ClearMarks(uint32_t mask, const std::function<bool(uint32_t)>& stale) {
  size_t cleared = 0;
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    const auto entries = FindStale(mask, stale);
    if (!entries) {
      return Fail(entries.error().WithContext("dump conntrack entries"));
    }
    if (entries->empty()) {
      return cleared;
    }
    const auto count = Clear(mask, *entries);
    if (!count) {
      return Fail(count.error());
    }
    cleared += *count;
  }
  return Fail(ErrorCode::kUnavailable,
              "stale conntrack marks come up faster than they are cleared");
}

Result<std::vector<MnlConntrack::Name>> MnlConntrack::FindStale(
    uint32_t mask, const std::function<bool(uint32_t)>& stale) {
  std::vector<Name> found;
  const auto take = [&](const nlmsghdr* message) {
    uint32_t mark = 0;
    Name name;
    bool has_tuple = false;
    ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attr) {
      const uint16_t type = mnl_attr_get_type(attr);
      if (type == CTA_MARK) {
        mark = ntohl(mnl_attr_get_u32(attr));
      } else if (type == CTA_TUPLE_ORIG || type == CTA_ZONE) {
        AppendAttribute(name.attributes, attr);
        has_tuple = has_tuple || type == CTA_TUPLE_ORIG;
      }
    });
    if (has_tuple && (mark & mask) != 0 && stale(mark & mask)) {
      name.family = static_cast<const nfgenmsg*>(mnl_nlmsg_get_payload(message))->nfgen_family;
      found.push_back(std::move(name));
    }
  };
  // Without a family: those of both.
  const auto asked =
      socket_.Ask(Request(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_GET, NLM_F_DUMP, AF_UNSPEC), take);
  if (!asked) {
    return Fail(asked.error());
  }
  return found;
}

Result<size_t> MnlConntrack::Clear(uint32_t mask, const std::vector<Name>& entries) {
  size_t cleared = 0;
  for (size_t begin = 0; begin < entries.size(); begin += kMaxAtOnce) {
    const auto count =
        ClearSome(mask, entries, begin, std::min(begin + kMaxAtOnce, entries.size()));
    if (!count) {
      return Fail(count.error());
    }
    cleared += *count;
  }
  return cleared;
}

Result<size_t> MnlConntrack::ClearSome(uint32_t mask,
                                       const std::vector<Name>& entries,
                                       size_t begin,
                                       size_t end) {
  std::vector<char> bytes;
  for (size_t i = begin; i < end; ++i) {
    const Name& name = entries.at(i);
    Request request(NFNL_SUBSYS_CTNETLINK, IPCTNL_MSG_CT_NEW, 0, name.family);
    nlmsghdr* message = request.message();
    message->nlmsg_seq = socket_.Reserve(1);
    auto* tail = static_cast<char*>(mnl_nlmsg_get_payload_tail(message));
    std::copy(name.attributes.begin(), name.attributes.end(), tail);
    message->nlmsg_len += static_cast<uint32_t>(name.attributes.size());
    mnl_attr_put_u32(message, CTA_MARK, htonl(0));
    mnl_attr_put_u32(message, CTA_MARK_MASK, htonl(mask));
    const auto* start = static_cast<const char*>(static_cast<const void*>(message));
    bytes.insert(bytes.end(), start, start + Aligned(message->nlmsg_len));
  }
  if (const auto sent = socket_.Send(bytes); !sent) {
    return Fail(sent.error());
  }
  size_t gone = 0;
  std::optional<KernelError> refused;
  const auto drained = socket_.Drain([&](const nlmsghdr* message) {
    if (message->nlmsg_type != NLMSG_ERROR) {
      return;
    }
    KernelError error = ReadError(message);
    if (error.code == ENOENT) {
      ++gone;
    } else if (error.code != 0 && !refused) {
      refused = std::move(error);
    }
  });
  if (!drained) {
    return Fail(ErrorCode::kUnavailable, drained.error().message, drained.error().errno_value);
  }
  if (refused) {
    return Fail(ToError(*refused, "clear a conntrack mark"));
  }
  return end - begin - gone;
}

}  // namespace portcullis::nft
