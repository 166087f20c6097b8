// SPDX-License-Identifier: Apache-2.0
//
// See expr_encode.h. The lines in quotes are nft's own: the statement, then what `nft
// --debug=netlink` shows for it.
//
// A statement works on registers of 4 bytes, 16 of them. The kernel names four that begin a group
// of four twice: NFT_REG_1 is NFT_REG32_00.
#include "nft/expr_encode.h"

#include <string>

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>

#include "nft/fields.h"
#include "nft/handles.h"
#include "nft/verdict.h"

namespace portcullis::nft {
namespace {

constexpr size_t kMaxExpressions = 128;  // NFT_RULE_MAXEXPRS, include/net/netfilter/nf_tables.h
constexpr uint32_t kBits = 8;            // Of a byte.
constexpr uint32_t kWord = 4;
constexpr uint32_t kWords = 16;  // NFT_REG32_COUNT
constexpr uint64_t kSecond = 1;  // NFTA_LIMIT_UNIT is in seconds

class RuleWriter {
 public:
  explicit RuleWriter(nftnl_rule* rule) : rule_(rule) {}

  [[nodiscard]] size_t count() const { return count_; }

  [[nodiscard]] bool Write(const Statement& statement) {
    return std::visit([this](const auto& specific) { return Do(specific); }, statement);
  }

 private:
  ExprPtr New(const char* name) { return ExprPtr(nftnl_expr_alloc(name)); }

  void Add(ExprPtr expr) {
    nftnl_rule_add_expr(rule_, expr.release());
    ++count_;
  }

  // "th dport 80": [ cmp eq reg 1 0x00005000 ]
  void AddCompare(uint32_t op, const std::string& bytes) {
    ExprPtr expr = New("cmp");
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_CMP_SREG, NFT_REG_1);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_CMP_OP, op);
    SetBytes(expr, NFTNL_EXPR_CMP_DATA, bytes);
    Add(std::move(expr));
  }

  // "ct mark & 0xff000000": [ bitwise reg 1 = ( reg 1 & 0xff000000 ) ^ 0x00000000 ]
  void AddBitwise(const Load& load, uint32_t mask, uint32_t flip) {
    AddBitwise(load, ToRegister(load, mask), ToRegister(load, flip));
  }

  void AddBitwise(const Load& load, const std::string& mask, const std::string& flip) {
    ExprPtr expr = New("bitwise");
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_BITWISE_SREG, NFT_REG_1);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_BITWISE_DREG, NFT_REG_1);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_BITWISE_OP, NFT_BITWISE_BOOL);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_BITWISE_LEN, load.size);
    SetBytes(expr, NFTNL_EXPR_BITWISE_MASK, mask);
    SetBytes(expr, NFTNL_EXPR_BITWISE_XOR, flip);
    Add(std::move(expr));
  }

  // "meta l4proto": [ meta load l4proto => reg 1 ]
  ExprPtr MetaLoad(uint32_t key, uint32_t reg) {
    ExprPtr expr = New("meta");
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_META_KEY, key);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_META_DREG, reg);
    return expr;
  }

  // "ct original ip saddr": [ ct load src_ip => reg 1 , dir original ]
  ExprPtr CtLoad(const Load& load, uint32_t reg) {
    ExprPtr expr = New("ct");
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_CT_KEY, load.key);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_CT_DREG, reg);
    if (load.direction) {
      nftnl_expr_set_u8(expr.get(), NFTNL_EXPR_CT_DIR, *load.direction);
    }
    return expr;
  }

  // "ip saddr": [ payload load 4b @ network header + 12 => reg 1 ]
  ExprPtr PayloadLoad(const Load& load, uint32_t reg) {
    ExprPtr expr = New("payload");
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_PAYLOAD_BASE, load.base);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_PAYLOAD_OFFSET, load.key);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_PAYLOAD_LEN, load.size);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_PAYLOAD_DREG, reg);
    return expr;
  }

  // "fib saddr type": [ fib saddr type => reg 1 ]
  ExprPtr FibLoad(const Load& load, uint32_t reg) {
    ExprPtr expr = New("fib");
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_FIB_RESULT, load.key);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_FIB_FLAGS, load.base);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_FIB_DREG, reg);
    return expr;
  }

  void AddLoad(const Load& load, uint32_t word) {
    const uint32_t reg = NFT_REG32_00 + word;
    switch (load.loader) {
      case Loader::kMeta:
        return Add(MetaLoad(load.key, reg));
      case Loader::kCt:
        return Add(CtLoad(load, reg));
      case Loader::kPayload:
        return Add(PayloadLoad(load, reg));
      case Loader::kFib:
        return Add(FibLoad(load, reg));
    }
  }

  // In front of "ip saddr": [ meta load nfproto => reg 1 ] [ cmp eq reg 1 0x00000002 ]; in front of
  // "icmpv6 type" also [ meta load l4proto => reg 1 ] [ cmp eq reg 1 0x0000003a ]. Both once per
  // rule, as nft has it.
  void AddDependencies(const Load& load) {
    if (load.family != 0 && load.family != family_) {
      Add(MetaLoad(NFT_META_NFPROTO, NFT_REG_1));
      AddCompare(NFT_CMP_EQ, std::string(1, static_cast<char>(load.family)));
      family_ = load.family;
      protocol_ = 0;
    }
    if (load.protocol != 0 && load.protocol != protocol_) {
      Add(MetaLoad(NFT_META_L4PROTO, NFT_REG_1));
      AddCompare(NFT_CMP_EQ, std::string(1, static_cast<char>(load.protocol)));
      protocol_ = load.protocol;
    }
  }

  /// The field, with what it depends on, in the first register.
  const Load& AddField(Field field) {
    const Load& load = LoadOf(field);
    AddDependencies(load);
    AddLoad(load, 0);
    return load;
  }

  /// The fields one behind the other, each padded to whole registers, as the keys of concatenated
  /// sets are.
  [[nodiscard]] bool AddKey(const std::vector<Field>& key) {
    for (const Field field : key) {
      AddDependencies(LoadOf(field));
    }
    uint32_t word = 0;
    for (const Field field : key) {
      const Load& load = LoadOf(field);
      const uint32_t next = word + (load.size + kWord - 1) / kWord;
      if (next > kWords) {
        return false;
      }
      AddLoad(load, word);
      word = next;
    }
    return word > 0;
  }

  // "ip saddr @pods4": [ lookup reg 1 set pods4 ]
  ExprPtr NewLookup(const std::string& set) {
    ExprPtr expr = New("lookup");
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_LOOKUP_SREG, NFT_REG_1);
    nftnl_expr_set_str(expr.get(), NFTNL_EXPR_LOOKUP_SET, set.c_str());
    return expr;
  }

  bool Do(const Compare& compare) {
    const Load& load = LoadOf(compare.field);
    if (!Fits(load, compare.value)) {
      return false;
    }
    AddField(compare.field);
    AddCompare(compare.negated ? NFT_CMP_NEQ : NFT_CMP_EQ, ToRegister(load, compare.value));
    return true;
  }

  // "ct mark & 0xff000000 == 0x01000000"
  bool Do(const MaskedCompare& compare) {
    if (compare.field != Field::kCtMark) {
      return false;
    }
    const Load& load = AddField(compare.field);
    AddBitwise(load, compare.mask, 0);
    AddCompare(compare.negated ? NFT_CMP_NEQ : NFT_CMP_EQ, ToRegister(load, compare.value));
    return true;
  }

  // "ct state invalid,untracked": [ bitwise reg 1 = ( reg 1 & 0x00000041 ) ^ 0x00000000 ] [ cmp neq
  // reg 1 0x00000000 ]
  bool Do(const AnyBit& any) {
    if (any.field != Field::kCtState) {
      return false;
    }
    const Load& load = AddField(any.field);
    AddBitwise(load, any.bits, 0);
    AddCompare(NFT_CMP_NEQ, ToRegister(load, 0));
    return true;
  }

  // "th dport 80-90": [ cmp gte reg 1 0x00005000 ] [ cmp lte reg 1 0x00005a00 ]
  bool Do(const InRange& range) {
    const bool port = range.field == Field::kThDport || range.field == Field::kCtReplyProtoSrc;
    if (!port || range.first > range.last || !Fits(LoadOf(range.field), range.last)) {
      return false;
    }
    const Load& load = AddField(range.field);
    AddCompare(NFT_CMP_GTE, ToRegister(load, range.first));
    AddCompare(NFT_CMP_LTE, ToRegister(load, range.last));
    return true;
  }

  // "ct original ip saddr 10.244.1.0/24": [ cmp eq reg 1 0x0af401 ], and with /25: [ bitwise reg 1
  // = ( reg 1 & 0xffffff80 ) ^ 0x00000000 ] [ cmp eq reg 1 0x0af40100 ]
  bool Do(const InBlock& in) {
    if (FlowAddressFamily(in.field) != in.block.address.family()) {
      return false;
    }
    const Load& load = AddField(in.field);
    const std::string bytes = in.block.address.Bytes();
    if (IsWholeBytes(in.block)) {
      AddCompare(NFT_CMP_EQ, bytes.substr(0, in.block.prefix / kBits));
      return true;
    }
    AddBitwise(load, PrefixMask(in.block).Bytes(), std::string(load.size, '\0'));
    AddCompare(NFT_CMP_EQ, bytes);
    return true;
  }

  // "ip saddr != @pods4": [ lookup reg 1 set pods4 0x1 ]
  bool Do(const Lookup& lookup) {
    if (!AddKey(lookup.key)) {
      return false;
    }
    ExprPtr expr = NewLookup(lookup.set);
    if (lookup.negated) {
      nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
    }
    Add(std::move(expr));
    return true;
  }

  // "ip saddr vmap @egress4": [ lookup reg 1 set egress4 dreg 0 ]
  bool Do(const VerdictMap& map) {
    if (!AddKey(map.key)) {
      return false;
    }
    ExprPtr expr = NewLookup(map.map);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_LOOKUP_DREG, NFT_REG_VERDICT);
    Add(std::move(expr));
    return true;
  }

  // "ct mark set ct mark & 0x00ffffff | 0x01000000":
  // [ bitwise reg 1 = ( reg 1 & 0x00ffffff ) ^ 0x01000000 ] [ ct set mark with reg 1 ]
  bool Do(const SetCtMark& set) {
    if ((set.value & ~set.mask) != 0) {
      return false;
    }
    const Load& load = AddField(Field::kCtMark);
    AddBitwise(load, ~set.mask, set.value);
    ExprPtr expr = New("ct");
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_CT_KEY, NFT_CT_MARK);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_CT_SREG, NFT_REG_1);
    Add(std::move(expr));
    return true;
  }

  // "counter": [ counter pkts 0 bytes 0 ]
  bool Do(const Counter& /*counter*/) {
    Add(New("counter"));
    return true;
  }

  // "limit rate 50/second burst 100 packets": [ limit rate 50/second burst 100 type packets flags 0
  // ]
  bool Do(const Limit& limit) {
    if (limit.per_second == 0 || limit.burst == 0) {
      return false;
    }
    ExprPtr expr = New("limit");
    nftnl_expr_set_u64(expr.get(), NFTNL_EXPR_LIMIT_RATE, limit.per_second);
    nftnl_expr_set_u64(expr.get(), NFTNL_EXPR_LIMIT_UNIT, kSecond);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_LIMIT_BURST, limit.burst);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_LIMIT_TYPE, NFT_LIMIT_PKTS);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_LIMIT_FLAGS, 0);
    Add(std::move(expr));
    return true;
  }

  // "log prefix "web" group 10310 snaplen 128": [ log prefix web group 10310 snaplen 128 qthreshold
  // 0 ]. A level beside a group is refused: it is for the system's log.
  bool Do(const Log& log) {
    if (log.prefix.size() > kLogPrefixMax) {
      return false;
    }
    ExprPtr expr = New("log");
    if (!log.prefix.empty()) {
      nftnl_expr_set_str(expr.get(), NFTNL_EXPR_LOG_PREFIX, log.prefix.c_str());
    }
    nftnl_expr_set_u16(expr.get(), NFTNL_EXPR_LOG_GROUP, log.group);
    if (log.snaplen != 0) {
      nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_LOG_SNAPLEN, log.snaplen);
    }
    Add(std::move(expr));
    return true;
  }

  // "jump ingress-abc": [ immediate reg 0 jump -> ingress-abc ]
  bool Do(const Verdict& verdict) {
    ExprPtr expr = New("immediate");
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
    nftnl_expr_set_u32(expr.get(), NFTNL_EXPR_IMM_VERDICT, VerdictCode(verdict.kind));
    if (!verdict.chain.empty()) {
      nftnl_expr_set_str(expr.get(), NFTNL_EXPR_IMM_CHAIN, verdict.chain.c_str());
    }
    Add(std::move(expr));
    return true;
  }

  bool Do(const Foreign& /*foreign*/) { return false; }

  static bool Fits(const Load& load, uint32_t value) {
    return load.size >= sizeof(value) || value >> (8 * load.size) == 0;
  }

  /// Comparing fewer bytes than there are is cheaper, and what nft does. All of them would look
  /// like a comparison with one address.
  static bool IsWholeBytes(const Cidr& block) {
    return block.prefix % kBits == 0 && 0 < block.prefix &&
           block.prefix < kBits * block.address.size();
  }

  static void SetBytes(const ExprPtr& expr, uint16_t type, const std::string& bytes) {
    nftnl_expr_set(expr.get(), type, bytes.data(), static_cast<uint32_t>(bytes.size()));
  }

  nftnl_rule* rule_;
  size_t count_ = 0;
  uint8_t family_ = 0;  ///< What the rule has checked already.
  uint8_t protocol_ = 0;
};

}  // namespace

Result<void> EncodeStatements(const std::vector<Statement>& statements, nftnl_rule* rule) {
  RuleWriter writer(rule);
  for (const Statement& statement : statements) {
    if (!writer.Write(statement)) {
      return Fail(ErrorCode::kInvalidArgument, "a statement that cannot be written");
    }
  }
  if (writer.count() > kMaxExpressions) {
    return Fail(ErrorCode::kInvalidArgument, "more expressions than a rule can have");
  }
  return {};
}

}  // namespace portcullis::nft
