// SPDX-License-Identifier: Apache-2.0
//
// See rule_count.h. A rule's message (linux/netfilter/nf_tables.h):
//
//   NFTA_RULE_TABLE, _CHAIN, _HANDLE, _USERDATA,
//   _EXPRESSIONS { NFTA_LIST_ELEM { NFTA_EXPR_NAME, NFTA_EXPR_DATA { ... } } }
#include "nft/rule_count.h"

#include <string_view>
#include <utility>

#include <endian.h>

#include <arpa/inet.h>
#include <libnftnl/udata.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "nft/attributes.h"
#include "nft/userdata.h"
#include "nft/verdict.h"

namespace portcullis::nft {
namespace {

uint64_t BigNumber(const nlattr* attr) {
  return mnl_attr_get_payload_len(attr) == sizeof(uint64_t) ? be64toh(mnl_attr_get_u64(attr)) : 0;
}

/// `counter`
void TakeCounter(const nlattr* data, RuleCount& rule) {
  ForEachAttribute(data, [&](const nlattr* attr) {
    if (mnl_attr_get_type(attr) == NFTA_COUNTER_PACKETS) {
      rule.packets += BigNumber(attr);
    } else if (mnl_attr_get_type(attr) == NFTA_COUNTER_BYTES) {
      rule.bytes += BigNumber(attr);
    }
  });
}

std::optional<Verdict> ReadVerdict(const nlattr* data) {
  std::optional<uint32_t> code;
  std::string chain;
  ForEachAttribute(data, [&](const nlattr* attr) {
    if (mnl_attr_get_type(attr) == NFTA_VERDICT_CODE) {
      code = ntohl(mnl_attr_get_u32(attr));
    } else if (mnl_attr_get_type(attr) == NFTA_VERDICT_CHAIN) {
      chain = AttributeText(attr);
    }
  });
  return code ? VerdictOf(*code, std::move(chain)) : std::nullopt;
}

/// `drop`, `jump x`: NFTA_IMMEDIATE_DATA { NFTA_DATA_VERDICT { ... } }
void TakeImmediate(const nlattr* data, RuleCount& rule) {
  ForEachAttribute(data, [&](const nlattr* attr) {
    if (mnl_attr_get_type(attr) != NFTA_IMMEDIATE_DATA) {
      return;
    }
    ForEachAttribute(attr, [&](const nlattr* value) {
      if (mnl_attr_get_type(value) == NFTA_DATA_VERDICT) {
        rule.verdict = ReadVerdict(value);
      }
    });
  });
}

/// Returns whether the expression is a counter.
bool TakeExpression(const nlattr* expression, RuleCount& rule) {
  std::string_view name;
  const nlattr* data = nullptr;
  ForEachAttribute(expression, [&](const nlattr* attr) {
    if (mnl_attr_get_type(attr) == NFTA_EXPR_NAME) {
      name = AttributeText(attr);
    } else if (mnl_attr_get_type(attr) == NFTA_EXPR_DATA) {
      data = attr;
    }
  });
  if (data != nullptr && name == "immediate") {
    TakeImmediate(data, rule);
  }
  if (data == nullptr || name != "counter") {
    return false;
  }
  TakeCounter(data, rule);
  return true;
}

}  // namespace

std::optional<RuleCount> ReadRuleCount(const nlmsghdr* message, const std::string& table) {
  RuleCount rule;
  bool ours = false;
  bool counts = false;
  ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attr) {
    switch (mnl_attr_get_type(attr)) {
      case NFTA_RULE_TABLE:
        ours = AttributeText(attr) == table;
        break;
      case NFTA_RULE_CHAIN:
        rule.chain = AttributeText(attr);
        break;
      case NFTA_RULE_HANDLE:
        rule.handle = BigNumber(attr);
        break;
      case NFTA_RULE_USERDATA:
        rule.comment = GetComment(AttributeBytes(attr), NFTNL_UDATA_RULE_COMMENT);
        break;
      case NFTA_RULE_EXPRESSIONS:
        ForEachAttribute(attr, [&](const nlattr* expression) {
          counts = TakeExpression(expression, rule) || counts;
        });
        break;
      default:
        break;
    }
  });
  return ours && counts ? std::optional(std::move(rule)) : std::nullopt;
}

}  // namespace portcullis::nft
