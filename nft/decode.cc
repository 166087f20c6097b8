// SPDX-License-Identifier: Apache-2.0
//
// See decode.h.
#include "nft/decode.h"

#include <algorithm>
#include <string_view>

#include <libnftnl/udata.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "nft/expr_decode.h"
#include "nft/handles.h"
#include "nft/set_type.h"
#include "nft/userdata.h"

namespace portcullis::nft {
namespace {

std::string Text(const char* text) {
  return text == nullptr ? "" : text;
}

std::string_view Bytes(const void* data, uint32_t size) {
  return data == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(data), size);
}

/// Where the chain is attached; nothing for a base chain of a kind that this program never makes.
/// REQUIRES: it is a base chain.
std::optional<BaseHook> DecodeBase(const nftnl_chain* chain) {
  const auto hook = HookOf(nftnl_chain_get_u32(chain, NFTNL_CHAIN_HOOKNUM));
  const bool accepts = nftnl_chain_get_u32(chain, NFTNL_CHAIN_POLICY) == NF_ACCEPT;
  if (!hook || !accepts || Text(nftnl_chain_get_str(chain, NFTNL_CHAIN_TYPE)) != "filter") {
    return std::nullopt;
  }
  return BaseHook{*hook, nftnl_chain_get_s32(chain, NFTNL_CHAIN_PRIO)};
}

/// The set's shape; nothing where ruleset.h cannot say it.
std::optional<Set> DecodeSetShape(const nftnl_set* object) {
  Set set;
  set.name = Text(nftnl_set_get_str(object, NFTNL_SET_NAME));
  const uint32_t flags = nftnl_set_get_u32(object, NFTNL_SET_FLAGS);
  set.interval = (flags & NFT_SET_INTERVAL) != 0;
  set.verdict_map = (flags & NFT_SET_MAP) != 0;
  auto key = UnpackKeyType(nftnl_set_get_u32(object, NFTNL_SET_KEY_TYPE));
  if (!key || flags != SetFlags(set) || (set.interval && key->size() != 1) ||
      nftnl_set_get_u32(object, NFTNL_SET_KEY_LEN) != KernelKeySize(*key) ||
      nftnl_set_is_set(object, NFTNL_SET_EXPR) || nftnl_set_is_set(object, NFTNL_SET_EXPRESSIONS) ||
      (nftnl_set_is_set(object, NFTNL_SET_DESC_SIZE) &&
       nftnl_set_get_u32(object, NFTNL_SET_DESC_SIZE) != 0) ||
      (set.verdict_map && nftnl_set_get_u32(object, NFTNL_SET_DATA_TYPE) != NFT_DATA_VERDICT)) {
    return std::nullopt;
  }
  set.key = std::move(*key);
  uint32_t size = 0;
  const void* userdata = nftnl_set_get_data(object, NFTNL_SET_USERDATA, &size);
  set.comment = GetComment(Bytes(userdata, size), NFTNL_UDATA_SET_COMMENT);
  return set;
}

}  // namespace

void RulesetReader::TakeTable(const nlmsghdr* message) {
  const TablePtr object(nftnl_table_alloc());
  if (nftnl_table_nlmsg_parse(message, object.get()) != 0) {
    ruleset_.foreign = true;
    return;
  }
  uint32_t size = 0;
  const void* userdata = nftnl_table_get_data(object.get(), NFTNL_TABLE_USERDATA, &size);
  ruleset_.comment = GetComment(Bytes(userdata, size), NFTNL_UDATA_TABLE_COMMENT);
  // A flag is `dormant` (nothing is enforced) or an owner.
  if (nftnl_table_get_u32(object.get(), NFTNL_TABLE_FLAGS) != 0) {
    ruleset_.foreign = true;
  }
}

void RulesetReader::TakeChain(const nlmsghdr* message) {
  const ChainPtr object(nftnl_chain_alloc());
  if (nftnl_chain_nlmsg_parse(message, object.get()) != 0) {
    ruleset_.foreign = true;
    return;
  }
  if (Text(nftnl_chain_get_str(object.get(), NFTNL_CHAIN_TABLE)) != ruleset_.table) {
    return;
  }
  Chain chain;
  chain.name = Text(nftnl_chain_get_str(object.get(), NFTNL_CHAIN_NAME));
  const bool is_base = nftnl_chain_is_set(object.get(), NFTNL_CHAIN_HOOKNUM);
  chain.base = is_base ? DecodeBase(object.get()) : std::nullopt;
  uint32_t size = 0;
  const void* userdata = nftnl_chain_get_data(object.get(), NFTNL_CHAIN_USERDATA, &size);
  chain.comment = GetComment(Bytes(userdata, size), NFTNL_UDATA_CHAIN_COMMENT);
  const uint32_t flags = nftnl_chain_get_u32(object.get(), NFTNL_CHAIN_FLAGS);
  if (is_base != chain.base.has_value() || (flags & ~uint32_t{NFT_CHAIN_BASE}) != 0) {
    ruleset_.foreign = true;
  }
  std::string name = chain.name;
  ruleset_.chains.emplace(std::move(name), std::move(chain));
}

void RulesetReader::TakeSet(const nlmsghdr* message) {
  const SetPtr object(nftnl_set_alloc());
  if (nftnl_set_nlmsg_parse(message, object.get()) != 0) {
    ruleset_.foreign = true;
    return;
  }
  if (Text(nftnl_set_get_str(object.get(), NFTNL_SET_TABLE)) != ruleset_.table) {
    return;
  }
  // An anonymous set is part of a rule, which is none of ours then.
  if ((nftnl_set_get_u32(object.get(), NFTNL_SET_FLAGS) & NFT_SET_ANONYMOUS) != 0) {
    return;
  }
  auto set = DecodeSetShape(object.get());
  if (!set) {
    ruleset_.foreign = true;
    return;
  }
  std::string name = set->name;
  ruleset_.sets.emplace(std::move(name), std::move(*set));
}

std::vector<std::string> RulesetReader::SetNames() const {
  std::vector<std::string> names;
  for (const auto& [name, set] : ruleset_.sets) {
    names.push_back(name);
  }
  return names;
}

void RulesetReader::TakeElements(const std::string& set, const nlmsghdr* message) {
  if (!elements_ || elements_of_ != set) {
    FinishElements();
    elements_of_ = set;
    elements_.emplace(ruleset_.sets.at(set));
  }
  if (!elements_->Take(message)) {
    ruleset_.foreign = true;
  }
}

void RulesetReader::FinishElements() {
  if (elements_) {
    ruleset_.sets.at(elements_of_).elements = std::move(*elements_).Finish();
    elements_.reset();
  }
}

void RulesetReader::TakeRule(const nlmsghdr* message) {
  const RulePtr object(nftnl_rule_alloc());
  if (nftnl_rule_nlmsg_parse(message, object.get()) != 0) {
    ruleset_.foreign = true;
    return;
  }
  const auto chain = ruleset_.chains.find(Text(nftnl_rule_get_str(object.get(), NFTNL_RULE_CHAIN)));
  if (Text(nftnl_rule_get_str(object.get(), NFTNL_RULE_TABLE)) != ruleset_.table ||
      chain == ruleset_.chains.end()) {
    return;
  }
  uint32_t size = 0;
  const void* userdata = nftnl_rule_get_data(object.get(), NFTNL_RULE_USERDATA, &size);
  Rule rule{DecodeStatements(object.get()),
            GetComment(Bytes(userdata, size), NFTNL_UDATA_RULE_COMMENT),
            nftnl_rule_get_u64(object.get(), NFTNL_RULE_HANDLE)};
  const bool known =
      std::all_of(rule.statements.begin(), rule.statements.end(), [this](const auto& statement) {
        return RefersToKnown(statement);
      });
  if (!known) {
    rule.statements = {Foreign{}};
  }
  chain->second.rules.push_back(std::move(rule));
}

bool RulesetReader::RefersToKnown(const Statement& statement) const {
  if (const auto* lookup = std::get_if<Lookup>(&statement)) {
    return ruleset_.sets.count(lookup->set) != 0;
  }
  if (const auto* map = std::get_if<VerdictMap>(&statement)) {
    return ruleset_.sets.count(map->map) != 0;
  }
  return true;
}

Ruleset RulesetReader::Finish() && {
  FinishElements();
  return std::move(ruleset_);
}

}  // namespace portcullis::nft
