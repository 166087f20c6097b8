// SPDX-License-Identifier: Apache-2.0
//
// See mnl_kernel.h.
#include "nft/mnl_kernel.h"

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include <endian.h>

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "nft/attributes.h"
#include "nft/decode.h"
#include "nft/encode.h"
#include "nft/rule_count.h"
#include "nft/stage.h"

namespace portcullis::nft {
namespace {

/// Others (kube-proxy, container runtimes) commit now and then. More than this many in a row is a
/// storm: let the caller back off.
constexpr int kMaxDumps = 20;
/// More than any element of a plain set takes in a message: a range of IPv6 addresses with the
/// longest comment.
constexpr size_t kElementMax = 512;
/// The message that ends a batch.
constexpr size_t kBatchEnd = Aligned(sizeof(nlmsghdr) + sizeof(nfgenmsg));

constexpr uint16_t MessageType(uint16_t type) {
  return static_cast<uint16_t>(NFNL_SUBSYS_NFTABLES << 8U | type);
}

Request Get(uint16_t type, uint16_t flags) {
  return {NFNL_SUBSYS_NFTABLES, type, flags, NFPROTO_INET};
}

/// A dump of the objects of `table`, for the types (chains in old kernels excepted) that the kernel
/// narrows down.
Request Dump(uint16_t type, uint16_t table_attribute, const std::string& table) {
  Request request = Get(type, NLM_F_DUMP);
  mnl_attr_put_strz(request.message(), table_attribute, table.c_str());
  return request;
}

/// Reads what the kernel answers to a batch.
class Answer {
 public:
  Answer(const Batch& batch, const std::string& table)
      : batch_(batch),
        table_(table),
        handles_(batch.origins.size()) {}

  void Take(const nlmsghdr* message) {
    if (message->nlmsg_type == NLMSG_ERROR) {
      TakeError(ReadError(message));
    } else if (message->nlmsg_type == MessageType(NFT_MSG_NEWRULE)) {
      TakeRule(message);
    } else if (message->nlmsg_type == MessageType(NFT_MSG_DELRULE)) {
      TakeEnd(message);
    } else if (message->nlmsg_type == MessageType(NFT_MSG_NEWGEN)) {
      TakeGeneration(message);
    }
  }

  /// The first complaint: those behind it are often only its consequences.
  [[nodiscard]] const std::optional<KernelError>& error() const { return error_; }

  /// Nothing where the kernel has not told all that the rest depends on; counts are not of that.
  [[nodiscard]] std::optional<Receipt> ReceiptFor(const ChangeSet& change,
                                                  bool with_generation) const {
    Receipt receipt{{}, with_generation ? generation_ : 0, ended_};
    for (size_t i = 0; i < batch_.origins.size(); ++i) {
      const size_t operation = batch_.origins.at(i).operation;
      if (operation == Origin::kNone ||
          !std::holds_alternative<AddRule>(change.operations.at(operation))) {
        continue;
      }
      if (handles_.at(i) == 0) {
        return std::nullopt;
      }
      receipt.handles.push_back(handles_.at(i));
    }
    return with_generation && generation_ == 0 ? std::nullopt : std::optional(std::move(receipt));
  }

 private:
  void TakeError(const KernelError& error) {
    if (error.code != 0 && !error_ && batch_.Find(error.sequence) != nullptr) {
      error_ = error;
    }
  }

  void TakeRule(const nlmsghdr* message) {
    const uint32_t index = message->nlmsg_seq - batch_.first_sequence;
    ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attr) {
      if (mnl_attr_get_type(attr) == NFTA_RULE_HANDLE && index < handles_.size()) {
        handles_.at(index) = be64toh(mnl_attr_get_u64(attr));
      }
    });
  }

  /// The kernel tells this as it commits: no packet meets the rule any more, but for those that
  /// are on their way through it on another CPU.
  void TakeEnd(const nlmsghdr* message) {
    if (auto rule = ReadRuleCount(message, table_); rule && batch_.Find(message->nlmsg_seq)) {
      ended_.push_back(std::move(*rule));
    }
  }

  void TakeGeneration(const nlmsghdr* message) {
    ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attr) {
      if (mnl_attr_get_type(attr) == NFTA_GEN_ID) {
        generation_ = ntohl(mnl_attr_get_u32(attr));
      }
    });
  }

  const Batch& batch_;
  const std::string& table_;
  std::vector<RuleCount> ended_;
  std::vector<uint64_t> handles_;  ///< By message.
  uint32_t generation_ = 0;
  std::optional<KernelError> error_;
};

/// Sends the batch, and has `answer` take what the kernel says to it.
Result<void> Exchange(NetlinkSocket& socket, const Batch& batch, Answer& answer) {
  static_cast<void>(socket.Reserve(static_cast<uint32_t>(batch.origins.size())));
  if (auto sent = socket.Send(batch.bytes); !sent) {
    return sent;
  }
  return socket.Drain([&](const nlmsghdr* message) { answer.Take(message); });
}

/// In a batch "no such object" means that the operation was wrong, not that the caller should look
/// elsewhere.
Error Refusal(const KernelError& error, const ChangeSet& change, const Batch& batch) {
  const Origin* origin = batch.Find(error.sequence);
  Error refusal =
      ToError(error, "kernel refused: " + DescribeOrigin(change, *origin, error.offset));
  if (refusal.code == ErrorCode::kNotFound) {
    refusal.code = ErrorCode::kInvalidArgument;
  }
  return refusal;
}

}  // namespace

MnlKernel::MnlKernel(NetlinkSocket socket, size_t max_batch)
    : socket_(std::move(socket)),
      max_batch_(std::min(max_batch, socket_.max_send())) {}

Result<MnlKernel> MnlKernel::Open(size_t max_batch) {
  auto socket = NetlinkSocket::Open();
  if (!socket) {
    return Fail(socket.error());
  }
  return MnlKernel(std::move(*socket), max_batch);
}

Result<bool> MnlKernel::HasTable(const std::string& table) {
  Request get = Get(NFT_MSG_GETTABLE, NLM_F_ACK);
  mnl_attr_put_strz(get.message(), NFTA_TABLE_NAME, table.c_str());
  const auto asked = socket_.Ask(std::move(get), [](const nlmsghdr* /*message*/) {});
  if (!asked && asked.error().code != ErrorCode::kNotFound) {
    return Fail(asked.error().WithContext("look for table inet " + table));
  }
  return asked.has_value();
}

// A batch without its end is given up by the kernel once it has looked at all of it; `nft --check`
// asks in the same way.
Result<void> MnlKernel::Check(const ChangeSet& change) {
  auto batch = Encode(change, std::nullopt, socket_.Reserve(0));
  if (!batch) {
    return Fail(batch.error());
  }
  batch->bytes.resize(batch->bytes.size() - kBatchEnd);
  Answer answer(*batch, change.table);
  if (const auto sent = Exchange(socket_, *batch, answer); !sent) {
    return Fail(sent.error());
  }
  if (answer.error()) {
    return Fail(Refusal(*answer.error(), change, *batch));
  }
  return {};
}

Result<Snapshot> MnlKernel::Dump(const std::string& table) {
  for (int i = 0; i < kMaxDumps; ++i) {
    auto snapshot = DumpOnce(table);
    if (!snapshot) {
      return Fail(snapshot.error().WithContext("dump table inet " + table));
    }
    if (*snapshot) {
      return std::move(**snapshot);
    }
  }
  return Fail(ErrorCode::kUnavailable,
              "dump table inet " + table + ": others change the ruleset all the time");
}

Result<uint32_t> MnlKernel::Generation() {
  uint32_t generation = 0;
  const auto asked = socket_.Ask(Get(NFT_MSG_GETGEN, NLM_F_ACK), [&](const nlmsghdr* message) {
    ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attr) {
      if (mnl_attr_get_type(attr) == NFTA_GEN_ID) {
        generation = ntohl(mnl_attr_get_u32(attr));
      }
    });
  });
  if (!asked) {
    return Fail(asked.error());
  }
  return generation;
}

Result<std::optional<Snapshot>> MnlKernel::DumpOnce(const std::string& table) {
  const auto before = Generation();
  if (!before) {
    return Fail(before.error());
  }
  Ruleset ruleset;
  const auto dumped = DumpObjects(table, ruleset);
  const bool exists = dumped || dumped.error().code != ErrorCode::kNotFound;
  if (!dumped && exists) {
    return Fail(dumped.error());
  }
  const auto after = Generation();
  if (!after) {
    return Fail(after.error());
  }
  if (*before != *after || (dumped && !*dumped)) {
    return std::nullopt;
  }
  return Snapshot{exists ? std::optional(std::move(ruleset)) : std::nullopt, *after};
}

Result<bool> MnlKernel::DumpObjects(const std::string& table, Ruleset& ruleset) {
  RulesetReader reader(table);
  Request get = Get(NFT_MSG_GETTABLE, NLM_F_ACK);
  mnl_attr_put_strz(get.message(), NFTA_TABLE_NAME, table.c_str());
  auto whole =
      socket_.Ask(std::move(get), [&](const nlmsghdr* message) { reader.TakeTable(message); });
  if (whole && *whole) {
    whole = socket_.Ask(nft::Dump(NFT_MSG_GETCHAIN, NFTA_CHAIN_TABLE, table),
                        [&](const nlmsghdr* message) { reader.TakeChain(message); });
  }
  if (whole && *whole) {
    whole = socket_.Ask(nft::Dump(NFT_MSG_GETSET, NFTA_SET_TABLE, table),
                        [&](const nlmsghdr* message) { reader.TakeSet(message); });
  }
  for (const std::string& set : reader.SetNames()) {
    if (whole && *whole) {
      Request dump = nft::Dump(NFT_MSG_GETSETELEM, NFTA_SET_ELEM_LIST_TABLE, table);
      mnl_attr_put_strz(dump.message(), NFTA_SET_ELEM_LIST_SET, set.c_str());
      whole = socket_.Ask(std::move(dump),
                          [&](const nlmsghdr* message) { reader.TakeElements(set, message); });
    }
  }
  if (whole && *whole) {
    whole = socket_.Ask(nft::Dump(NFT_MSG_GETRULE, NFTA_RULE_TABLE, table),
                        [&](const nlmsghdr* message) { reader.TakeRule(message); });
  }
  ruleset = std::move(reader).Finish();
  return whole;
}

Result<Receipt> MnlKernel::Commit(const ChangeSet& change, std::optional<uint32_t> generation) {
  if (change.empty()) {
    return Receipt{{}, generation.value_or(0)};
  }
  if (generation == 0U) {
    // The kernel counts from 1 and takes 0 for "whatever it is".
    return Fail(ErrorCode::kConflict, "the generation of the ruleset is not known");
  }
  auto receipt = CommitWhole(change, generation);
  if (!receipt && receipt.error().errno_value == EMSGSIZE) {
    return CommitStaged(change, generation);
  }
  return receipt;
}

Result<Receipt> MnlKernel::CommitWhole(const ChangeSet& change,
                                       std::optional<uint32_t> generation) {
  auto batch = Encode(change, generation, socket_.Reserve(0));
  if (!batch) {
    return Fail(batch.error());
  }
  if (batch->bytes.size() > max_batch_) {
    return Fail(ErrorCode::kUnavailable, "the transaction is too large", EMSGSIZE);
  }
  Answer answer(*batch, change.table);
  if (const auto sent = Exchange(socket_, *batch, answer); !sent) {
    return Fail(sent.error());
  }
  if (answer.error()) {
    return Fail(Refusal(*answer.error(), change, *batch));
  }
  auto receipt = answer.ReceiptFor(change, generation.has_value());
  if (!receipt) {
    return Fail(ErrorCode::kConflict, "the kernel has not told what it did");
  }
  return std::move(*receipt);
}

Result<Receipt> MnlKernel::CommitStaged(const ChangeSet& change,
                                        std::optional<uint32_t> generation) {
  const size_t max_elements = std::max<size_t>(max_batch_ / 2 / kElementMax, 1);
  const std::vector<ChangeSet> stages = Stage(change, max_elements);
  // What must stay whole decides: where it does not fit, nothing is begun.
  const auto rest = Encode(stages.back(), generation, 0);
  if (!rest || rest->bytes.size() > max_batch_) {
    return rest ? Fail(ErrorCode::kUnavailable, "the transaction is too large", EMSGSIZE)
                : Fail(rest.error());
  }
  Receipt receipt;
  for (const ChangeSet& stage : stages) {
    if (stage.empty()) {
      continue;
    }
    auto done = CommitWhole(stage, generation);
    if (!done) {
      return Fail(done.error());
    }
    receipt = std::move(*done);
    // Each piece is made for what the one before has left.
    generation = generation ? std::optional(receipt.generation) : std::nullopt;
  }
  return receipt;
}

}  // namespace portcullis::nft
