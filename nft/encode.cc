// SPDX-License-Identifier: Apache-2.0
//
// See encode.h.
#include "nft/encode.h"

#include <algorithm>
#include <utility>

#include <arpa/inet.h>
#include <libnftnl/common.h>
#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>

#include "nft/attributes.h"
#include "nft/element.h"
#include "nft/expr_encode.h"
#include "nft/handles.h"
#include "nft/set_type.h"
#include "nft/userdata.h"

namespace portcullis::nft {
namespace {

/// Room for the largest message: one full list of elements with its header.
constexpr size_t kMessageMax = kElementsMessageMax + 4096;
constexpr uint16_t kCreate = NLM_F_CREATE;
constexpr uint16_t kCreateNew = NLM_F_CREATE | NLM_F_EXCL;

/// Room to put one message together, all zero: what libmnl leaves out between attributes is sent
/// too. Kept from batch to batch, as to clear it anew takes longer than all else of a small one.
std::vector<char>& Scratch() {
  thread_local std::vector<char> scratch(kMessageMax);
  return scratch;
}

bool Counts(const Rule& rule) {
  return std::any_of(
      rule.statements.begin(), rule.statements.end(), [](const Statement& statement) {
        return std::holds_alternative<Counter>(statement);
      });
}

class BatchWriter {
 public:
  BatchWriter(const ChangeSet& change, uint32_t first_sequence)
      : change_(change),
        scratch_(Scratch()) {
    batch_.first_sequence = first_sequence;
  }

  Result<Batch> Run(std::optional<uint32_t> generation) && {
    PutBegin(generation);
    echo_next_ = generation.has_value();
    for (size_t i = 0; i < change_.operations.size(); ++i) {
      origin_ = Origin{i, 0, {}};
      const Operation& operation = change_.operations.at(i);
      const auto done =
          std::visit([this](const auto& specific) { return Do(specific); }, operation);
      if (!done) {
        std::fill(scratch_.begin(), scratch_.end(), 0);
        return Fail(done.error().WithContext(Describe(operation)));
      }
    }
    PutEnd();
    return std::move(batch_);
  }

 private:
  nlmsghdr* Start(uint16_t subsystem, uint16_t type, uint16_t flags, uint16_t resource) {
    nlmsghdr* message = mnl_nlmsg_put_header(scratch_.data());
    message->nlmsg_type = static_cast<uint16_t>(subsystem << 8U | type);
    message->nlmsg_flags = static_cast<uint16_t>(
        NLM_F_REQUEST | flags | (std::exchange(echo_next_, false) ? NLM_F_ECHO : 0));
    message->nlmsg_seq = batch_.first_sequence + static_cast<uint32_t>(batch_.origins.size());
    auto* header = static_cast<nfgenmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(nfgenmsg)));
    header->nfgen_family = subsystem == 0 ? AF_UNSPEC : NFPROTO_INET;
    header->version = NFNETLINK_V0;
    header->res_id = htons(resource);
    return message;
  }

  nlmsghdr* Start(uint16_t type, uint16_t flags) {
    return Start(NFNL_SUBSYS_NFTABLES, type, flags, 0);
  }

  void Finish(const nlmsghdr* message) {
    const auto end = scratch_.begin() + static_cast<std::ptrdiff_t>(Aligned(message->nlmsg_len));
    batch_.bytes.insert(batch_.bytes.end(), scratch_.begin(), end);
    std::fill(scratch_.begin(), end, 0);
    batch_.origins.push_back(std::move(origin_));
    origin_ = Origin{origin_.operation, 0, {}};
  }

  void PutBegin(std::optional<uint32_t> generation) {
    nlmsghdr* message = Start(0, NFNL_MSG_BATCH_BEGIN, 0, NFNL_SUBSYS_NFTABLES);
    if (generation) {
      mnl_attr_put_u32(message, NFNL_BATCH_GENID, htonl(*generation));
    }
    Finish(message);
  }

  void PutEnd() {
    origin_ = Origin{};
    Finish(Start(0, NFNL_MSG_BATCH_END, 0, NFNL_SUBSYS_NFTABLES));
  }

  Result<void> Do(const AddTable& add) {
    nlmsghdr* message = Start(NFT_MSG_NEWTABLE, kCreate);
    const TablePtr table = NewTable();
    std::string userdata;
    PutComment(userdata, NFTNL_UDATA_TABLE_COMMENT, add.comment);
    if (!userdata.empty()) {
      nftnl_table_set_data(table.get(), NFTNL_TABLE_USERDATA, userdata.data(), Size(userdata));
    }
    nftnl_table_nlmsg_build_payload(message, table.get());
    Finish(message);
    return {};
  }

  Result<void> Do(const DeleteTable& /*all*/) {
    nlmsghdr* message = Start(NFT_MSG_DELTABLE, 0);
    nftnl_table_nlmsg_build_payload(message, NewTable().get());
    Finish(message);
    return {};
  }

  Result<void> Do(const AddSet& add) {
    const Set& set = add.set;
    nlmsghdr* message = Start(NFT_MSG_NEWSET, kCreateNew);
    const SetPtr object = NewSet(set.name);
    nftnl_set_set_u32(object.get(), NFTNL_SET_ID, ++last_set_id_);
    nftnl_set_set_u32(object.get(), NFTNL_SET_FLAGS, SetFlags(set));
    nftnl_set_set_u32(object.get(), NFTNL_SET_KEY_TYPE, PackKeyType(set.key));
    nftnl_set_set_u32(object.get(), NFTNL_SET_KEY_LEN, KernelKeySize(set.key));
    if (set.verdict_map) {
      nftnl_set_set_u32(object.get(), NFTNL_SET_DATA_TYPE, NFT_DATA_VERDICT);
    }
    const std::string userdata = SetUserdata(set);
    nftnl_set_set_data(object.get(), NFTNL_SET_USERDATA, userdata.data(), Size(userdata));
    nftnl_set_nlmsg_build_payload(message, object.get());
    Finish(message);
    return {};
  }

  Result<void> Do(const DeleteSet& gone) {
    nlmsghdr* message = Start(NFT_MSG_DELSET, 0);
    nftnl_set_nlmsg_build_payload(message, NewSet(gone.name).get());
    Finish(message);
    return {};
  }

  Result<void> Do(const AddElements& add) {
    return DoElements(NFT_MSG_NEWSETELEM, kCreateNew, add.set, add.elements);
  }

  Result<void> Do(const DeleteElements& gone) {
    return DoElements(NFT_MSG_DELSETELEM, 0, gone.set, gone.elements);
  }

  Result<void> DoElements(uint16_t type,
                          uint16_t flags,
                          const Set& set,
                          const std::vector<Element>& elements) {
    for (size_t next = 0; next < elements.size();) {
      nlmsghdr* message = Start(type, flags);
      mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_TABLE, change_.table.c_str());
      mnl_attr_put_strz(message, NFTA_SET_ELEM_LIST_SET, set.name.c_str());
      origin_.first_element = next;
      next = PutElements(message, set, elements, next, origin_.offsets);
      Finish(message);
    }
    return {};
  }

  Result<void> Do(const AddChain& add) {
    const Chain& chain = add.chain;
    nlmsghdr* message = Start(NFT_MSG_NEWCHAIN, kCreateNew);
    const ChainPtr object = NewChain(chain.name);
    if (chain.base) {
      nftnl_chain_set_str(object.get(), NFTNL_CHAIN_TYPE, "filter");
      nftnl_chain_set_u32(object.get(), NFTNL_CHAIN_HOOKNUM, HookNumber(chain.base->hook));
      nftnl_chain_set_s32(object.get(), NFTNL_CHAIN_PRIO, chain.base->priority);
      nftnl_chain_set_u32(object.get(), NFTNL_CHAIN_POLICY, NF_ACCEPT);
    }
    std::string userdata;
    PutComment(userdata, NFTNL_UDATA_CHAIN_COMMENT, chain.comment);
    if (!userdata.empty()) {
      nftnl_chain_set_data(object.get(), NFTNL_CHAIN_USERDATA, userdata.data(), Size(userdata));
    }
    nftnl_chain_nlmsg_build_payload(message, object.get());
    Finish(message);
    return {};
  }

  Result<void> Do(const DeleteChain& gone) {
    nlmsghdr* message = Start(NFT_MSG_DELCHAIN, 0);
    nftnl_chain_nlmsg_build_payload(message, NewChain(gone.name).get());
    Finish(message);
    return {};
  }

  /// Where a rule goes: NLM_F_APPEND is "at the end", or with a position "behind that rule";
  /// without either it is "in front of all".
  Result<void> Do(const AddRule& add) {
    const bool append = add.append || add.after != 0;
    nlmsghdr* message =
        Start(NFT_MSG_NEWRULE,
              static_cast<uint16_t>(NLM_F_CREATE | NLM_F_ECHO | (append ? NLM_F_APPEND : 0)));
    const RulePtr object = NewRule(add.chain);
    if (add.after != 0) {
      nftnl_rule_set_u64(object.get(), NFTNL_RULE_POSITION, add.after);
    }
    std::string userdata;
    PutComment(userdata, NFTNL_UDATA_RULE_COMMENT, add.rule.comment);
    if (!userdata.empty()) {
      nftnl_rule_set_data(object.get(), NFTNL_RULE_USERDATA, userdata.data(), Size(userdata));
    }
    if (auto encoded = EncodeStatements(add.rule.statements, object.get()); !encoded) {
      return encoded;
    }
    nftnl_rule_nlmsg_build_payload(message, object.get());
    Finish(message);
    return {};
  }

  Result<void> Do(const DeleteRule& gone) {
    nlmsghdr* message =
        Start(NFT_MSG_DELRULE, Counts(gone.rule) ? uint16_t{NLM_F_ECHO} : uint16_t{0});
    const RulePtr object = NewRule(gone.chain);
    // Without a handle the kernel would delete every rule of the chain.
    if (gone.rule.handle == 0) {
      return Fail(ErrorCode::kInvalidArgument, "the rule has no handle");
    }
    nftnl_rule_set_u64(object.get(), NFTNL_RULE_HANDLE, gone.rule.handle);
    nftnl_rule_nlmsg_build_payload(message, object.get());
    Finish(message);
    return {};
  }

  [[nodiscard]] TablePtr NewTable() const {
    TablePtr table(nftnl_table_alloc());
    nftnl_table_set_str(table.get(), NFTNL_TABLE_NAME, change_.table.c_str());
    return table;
  }

  [[nodiscard]] SetPtr NewSet(const std::string& name) const {
    SetPtr set(nftnl_set_alloc());
    nftnl_set_set_str(set.get(), NFTNL_SET_TABLE, change_.table.c_str());
    nftnl_set_set_str(set.get(), NFTNL_SET_NAME, name.c_str());
    return set;
  }

  [[nodiscard]] ChainPtr NewChain(const std::string& name) const {
    ChainPtr chain(nftnl_chain_alloc());
    nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_TABLE, change_.table.c_str());
    nftnl_chain_set_str(chain.get(), NFTNL_CHAIN_NAME, name.c_str());
    return chain;
  }

  [[nodiscard]] RulePtr NewRule(const std::string& chain) const {
    RulePtr rule(nftnl_rule_alloc());
    nftnl_rule_set_str(rule.get(), NFTNL_RULE_TABLE, change_.table.c_str());
    nftnl_rule_set_str(rule.get(), NFTNL_RULE_CHAIN, chain.c_str());
    return rule;
  }

  static uint32_t Size(const std::string& bytes) { return static_cast<uint32_t>(bytes.size()); }

  const ChangeSet& change_;
  std::vector<char>& scratch_;
  Batch batch_;
  Origin origin_;
  bool echo_next_ = false;  ///< The next message asks for an echo.
  uint32_t last_set_id_ = 0;
};

/// The operation, with only the element at `index` of its elements.
template <typename Elements>
std::string DescribeElement(const Elements& operation, size_t index) {
  return Describe(Elements{operation.set, {operation.elements.at(index)}});
}

}  // namespace

const Origin* Batch::Find(uint32_t sequence) const {
  const uint32_t index = sequence - first_sequence;
  return index < origins.size() ? &origins.at(index) : nullptr;
}

Result<Batch> Encode(const ChangeSet& change,
                     std::optional<uint32_t> generation,
                     uint32_t first_sequence) {
  return BatchWriter(change, first_sequence).Run(generation);
}

std::string DescribeOrigin(const ChangeSet& change,
                           const Origin& origin,
                           std::optional<uint32_t> offset) {
  if (origin.operation == Origin::kNone) {
    return "the transaction";
  }
  const Operation& operation = change.operations.at(origin.operation);
  const auto behind =
      std::upper_bound(origin.offsets.begin(), origin.offsets.end(), offset.value_or(0));
  if (behind == origin.offsets.begin()) {
    return Describe(operation);
  }
  const auto place = static_cast<size_t>(behind - origin.offsets.begin() - 1);
  const size_t index = origin.first_element + place;
  if (const auto* add = std::get_if<AddElements>(&operation)) {
    return DescribeElement(*add, index);
  }
  if (const auto* gone = std::get_if<DeleteElements>(&operation)) {
    return DescribeElement(*gone, index);
  }
  return Describe(operation);
}

}  // namespace portcullis::nft
