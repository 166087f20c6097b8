// SPDX-License-Identifier: Apache-2.0
//
// See verdict.h.
#include "nft/verdict.h"

#include <array>
#include <utility>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

namespace portcullis::nft {
namespace {

struct CodeOfKind {
  VerdictKind kind;
  int32_t code;
};

constexpr std::array kCodes = {CodeOfKind{VerdictKind::kAccept, NF_ACCEPT},
                               CodeOfKind{VerdictKind::kDrop, NF_DROP},
                               CodeOfKind{VerdictKind::kReturn, NFT_RETURN},
                               CodeOfKind{VerdictKind::kJump, NFT_JUMP},
                               CodeOfKind{VerdictKind::kGoto, NFT_GOTO}};

}  // namespace

uint32_t VerdictCode(VerdictKind kind) {
  for (const CodeOfKind& entry : kCodes) {
    if (entry.kind == kind) {
      return static_cast<uint32_t>(entry.code);
    }
  }
  return NF_DROP;
}

std::optional<Verdict> VerdictOf(uint32_t code, std::string chain) {
  for (const CodeOfKind& entry : kCodes) {
    if (static_cast<uint32_t>(entry.code) == code) {
      return Verdict{entry.kind, std::move(chain)};
    }
  }
  return std::nullopt;
}

}  // namespace portcullis::nft
