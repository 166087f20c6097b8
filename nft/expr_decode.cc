// SPDX-License-Identifier: Apache-2.0
//
// See expr_decode.h. Grammar of a rule, in expressions (those in parentheses are dependencies,
// which are implied by the field that follows):
//
//   rule      = { counter | limit | log | immediate verdict | dependent }
//   dependent = [ (meta nfproto, cmp eq) ] [ (meta l4proto, cmp eq) ] load { load } test
//   test      = cmp eq | cmp neq | cmp gte, cmp lte | bitwise, cmp | bitwise, ct set mark | lookup
#include "nft/expr_decode.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <linux/netfilter/nf_tables.h>

#include "nft/fields.h"
#include "nft/handles.h"
#include "nft/verdict.h"

namespace portcullis::nft {
namespace {

constexpr uint32_t kBits = 8;  // Of a byte.
constexpr uint32_t kWord = 4;
constexpr uint64_t kSecond = 1;  // NFTA_LIMIT_UNIT is in seconds

/// One expression, with the accessors of libnftnl as values.
class Expr {
 public:
  explicit Expr(const nftnl_expr* expr) : expr_(expr) {}

  [[nodiscard]] bool Is(std::string_view name) const {
    return expr_ != nullptr && String(NFTNL_EXPR_NAME) == name;
  }
  [[nodiscard]] bool Has(uint16_t type) const { return nftnl_expr_is_set(expr_, type); }
  [[nodiscard]] uint32_t Number(uint16_t type) const { return nftnl_expr_get_u32(expr_, type); }
  [[nodiscard]] uint64_t LongNumber(uint16_t type) const { return nftnl_expr_get_u64(expr_, type); }
  [[nodiscard]] uint16_t ShortNumber(uint16_t type) const {
    return nftnl_expr_get_u16(expr_, type);
  }
  [[nodiscard]] uint8_t Byte(uint16_t type) const { return nftnl_expr_get_u8(expr_, type); }
  [[nodiscard]] std::string String(uint16_t type) const {
    const char* text = Has(type) ? nftnl_expr_get_str(expr_, type) : nullptr;
    return text == nullptr ? "" : text;
  }
  [[nodiscard]] std::string_view Bytes(uint16_t type) const {
    uint32_t size = 0;
    const void* data = nftnl_expr_get(expr_, type, &size);
    return data == nullptr ? std::string_view()
                           : std::string_view(static_cast<const char*>(data), size);
  }
  /// The number of the 4-byte register, whatever its name.
  [[nodiscard]] uint32_t Word(uint16_t type) const {
    const uint32_t reg = Number(type);
    return reg <= NFT_REG_4 ? (reg - NFT_REG_1) * (NFT_REG_SIZE / NFT_REG32_SIZE)
                            : reg - NFT_REG32_00;
  }

 private:
  const nftnl_expr* expr_;
};

/// What an expression loads, as far as the kernel says it, and where to.
struct LoadAt {
  Load load;
  uint32_t word = 0;
};

std::optional<LoadAt> AsLoad(const Expr& expr) {
  Load load;
  if (expr.Is("meta") && expr.Has(NFTNL_EXPR_META_DREG)) {
    load.key = expr.Number(NFTNL_EXPR_META_KEY);
    return LoadAt{load, expr.Word(NFTNL_EXPR_META_DREG)};
  }
  if (expr.Is("ct") && expr.Has(NFTNL_EXPR_CT_DREG)) {
    load.loader = Loader::kCt;
    load.key = expr.Number(NFTNL_EXPR_CT_KEY);
    if (expr.Has(NFTNL_EXPR_CT_DIR)) {
      load.direction = expr.Byte(NFTNL_EXPR_CT_DIR);
    }
    return LoadAt{load, expr.Word(NFTNL_EXPR_CT_DREG)};
  }
  if (expr.Is("payload") && expr.Has(NFTNL_EXPR_PAYLOAD_DREG)) {
    load.loader = Loader::kPayload;
    load.key = expr.Number(NFTNL_EXPR_PAYLOAD_OFFSET);
    load.base = expr.Number(NFTNL_EXPR_PAYLOAD_BASE);
    load.size = expr.Number(NFTNL_EXPR_PAYLOAD_LEN);
    return LoadAt{load, expr.Word(NFTNL_EXPR_PAYLOAD_DREG)};
  }
  if (expr.Is("fib")) {
    load.loader = Loader::kFib;
    load.key = expr.Number(NFTNL_EXPR_FIB_RESULT);
    load.base = expr.Number(NFTNL_EXPR_FIB_FLAGS);
    return LoadAt{load, expr.Word(NFTNL_EXPR_FIB_DREG)};
  }
  return std::nullopt;
}

class RuleReader {
 public:
  explicit RuleReader(const nftnl_rule* rule) {
    const RuleExprIterPtr iter(nftnl_expr_iter_create(rule));
    for (const nftnl_expr* expr = iter ? nftnl_expr_iter_next(iter.get()) : nullptr;
         expr != nullptr;
         expr = nftnl_expr_iter_next(iter.get())) {
      exprs_.push_back(expr);
    }
  }

  [[nodiscard]] bool AtEnd() const { return at_ == exprs_.size(); }

  /// Nothing where what stands next is no statement of ours.
  std::optional<Statement> Next() {
    if (Peek().Is("counter")) {
      ++at_;
      return Counter{};
    }
    if (Peek().Is("limit")) {
      return TakeLimit();
    }
    if (Peek().Is("log")) {
      return TakeLog();
    }
    if (Peek().Is("immediate")) {
      return TakeVerdict();
    }
    const bool dependencies = TakeDependencies();
    const std::vector<Field> key = TakeLoads();
    if (key.empty() || !std::all_of(key.begin(), key.end(), [this](Field field) {
          return IsSatisfied(LoadOf(field));
        })) {
      return std::nullopt;
    }
    if (dependencies && std::none_of(key.begin(), key.end(), [](Field field) {
          return LoadOf(field).family != 0;
        })) {
      return std::nullopt;
    }
    return key.size() == 1 && !Peek().Is("lookup") ? TakeTest(key.front()) : TakeLookup(key);
  }

 private:
  [[nodiscard]] Expr Peek(size_t ahead = 0) const {
    return Expr(at_ + ahead < exprs_.size() ? exprs_.at(at_ + ahead) : nullptr);
  }

  Expr Take() {
    const Expr expr = Peek();
    ++at_;
    return expr;
  }

  std::optional<Statement> TakeLimit() {
    const Expr expr = Take();
    if (expr.LongNumber(NFTNL_EXPR_LIMIT_UNIT) != kSecond ||
        expr.Number(NFTNL_EXPR_LIMIT_TYPE) != NFT_LIMIT_PKTS ||
        expr.Number(NFTNL_EXPR_LIMIT_FLAGS) != 0) {
      return std::nullopt;
    }
    return Limit{expr.LongNumber(NFTNL_EXPR_LIMIT_RATE), expr.Number(NFTNL_EXPR_LIMIT_BURST)};
  }

  /// Without a group it writes to the system's log.
  std::optional<Statement> TakeLog() {
    const Expr expr = Take();
    if (!expr.Has(NFTNL_EXPR_LOG_GROUP) || expr.Has(NFTNL_EXPR_LOG_QTHRESHOLD)) {
      return std::nullopt;
    }
    const bool cuts = expr.Has(NFTNL_EXPR_LOG_SNAPLEN);
    return Log{expr.String(NFTNL_EXPR_LOG_PREFIX),
               expr.ShortNumber(NFTNL_EXPR_LOG_GROUP),
               cuts ? expr.Number(NFTNL_EXPR_LOG_SNAPLEN) : 0};
  }

  std::optional<Statement> TakeVerdict() {
    const Expr expr = Take();
    if (!expr.Has(NFTNL_EXPR_IMM_VERDICT)) {
      return std::nullopt;
    }
    auto verdict =
        VerdictOf(expr.Number(NFTNL_EXPR_IMM_VERDICT), expr.String(NFTNL_EXPR_IMM_CHAIN));
    return verdict ? std::optional<Statement>(std::move(*verdict)) : std::nullopt;
  }

  [[nodiscard]] bool IsSatisfied(const Load& load) const {
    return (load.family == 0 || load.family == family_) &&
           (load.protocol == 0 || load.protocol == protocol_);
  }

  /// The byte that `meta key` is compared with by the two expressions that stand `ahead`.
  [[nodiscard]] std::optional<uint8_t> MetaEquals(uint32_t key) const {
    const auto load = AsLoad(Peek());
    const Expr compare = Peek(1);
    if (!load || load->load.loader != Loader::kMeta || load->load.key != key || load->word != 0 ||
        !compare.Is("cmp") || compare.Word(NFTNL_EXPR_CMP_SREG) != 0 ||
        compare.Number(NFTNL_EXPR_CMP_OP) != NFT_CMP_EQ) {
      return std::nullopt;
    }
    const std::string_view bytes = compare.Bytes(NFTNL_EXPR_CMP_DATA);
    return bytes.size() == 1 ? std::optional(static_cast<uint8_t>(bytes.front())) : std::nullopt;
  }

  bool TakeDependencies() {
    bool any = false;
    if (const auto family = MetaEquals(NFT_META_NFPROTO)) {
      family_ = *family;
      protocol_ = 0;
      at_ += 2;
      any = true;
    }
    // A comparison of l4proto is a statement of its own unless the very next load needs it.
    const auto protocol = MetaEquals(NFT_META_L4PROTO);
    const auto dependent = AsLoad(Peek(2));
    const auto field = dependent ? FieldOf(dependent->load) : std::nullopt;
    if (protocol && field && LoadOf(*field).protocol == *protocol &&
        LoadOf(*field).family == family_) {
      protocol_ = *protocol;
      at_ += 2;
      any = true;
    }
    return any;
  }

  /// Fields that lie one behind the other in the registers, from the first on; empty where
  /// something else is loaded.
  std::vector<Field> TakeLoads() {
    std::vector<Field> key;
    uint32_t word = 0;
    for (auto next = AsLoad(Peek()); next; next = AsLoad(Peek())) {
      const auto field = FieldOf(next->load);
      if (!field || next->word != word) {
        return {};
      }
      key.push_back(*field);
      word += (LoadOf(*field).size + kWord - 1) / kWord;
      ++at_;
    }
    return key;
  }

  std::optional<Statement> TakeLookup(const std::vector<Field>& key) {
    const Expr expr = Take();
    const uint32_t flags =
        expr.Has(NFTNL_EXPR_LOOKUP_FLAGS) ? expr.Number(NFTNL_EXPR_LOOKUP_FLAGS) : 0;
    if (!expr.Is("lookup") || expr.Word(NFTNL_EXPR_LOOKUP_SREG) != 0 ||
        (flags & ~uint32_t{NFT_LOOKUP_F_INV}) != 0) {
      return std::nullopt;
    }
    std::string set = expr.String(NFTNL_EXPR_LOOKUP_SET);
    if (!expr.Has(NFTNL_EXPR_LOOKUP_DREG)) {
      return Lookup{key, std::move(set), flags != 0};
    }
    if (flags != 0 || expr.Number(NFTNL_EXPR_LOOKUP_DREG) != NFT_REG_VERDICT) {
      return std::nullopt;
    }
    return VerdictMap{key, std::move(set)};
  }

  std::optional<Statement> TakeTest(Field field) {
    if (Peek().Is("bitwise")) {
      return TakeMasked(field);
    }
    if (auto block = TakeWholeBytes(field)) {
      return block;
    }
    const auto first = TakeCompare(field);
    if (!first) {
      return std::nullopt;
    }
    if (first->first == NFT_CMP_EQ || first->first == NFT_CMP_NEQ) {
      return Compare{field, first->first == NFT_CMP_NEQ, first->second};
    }
    const auto last = TakeCompare(field);
    if (first->first != NFT_CMP_GTE || !last || last->first != NFT_CMP_LTE) {
      return std::nullopt;
    }
    return InRange{field, first->second, last->second};
  }

  /// The operator and the value of a comparison with the first register.
  std::optional<std::pair<uint32_t, uint32_t>> TakeCompare(Field field) {
    const Expr expr = Take();
    if (!expr.Is("cmp") || expr.Word(NFTNL_EXPR_CMP_SREG) != 0) {
      return std::nullopt;
    }
    const auto value = FromRegister(LoadOf(field), expr.Bytes(NFTNL_EXPR_CMP_DATA));
    if (!value) {
      return std::nullopt;
    }
    return std::pair(expr.Number(NFTNL_EXPR_CMP_OP), *value);
  }

  std::optional<Statement> TakeMasked(Field field) {
    const Expr bitwise = Take();
    const Load& load = LoadOf(field);
    const bool boolean = !bitwise.Has(NFTNL_EXPR_BITWISE_OP) ||
                         bitwise.Number(NFTNL_EXPR_BITWISE_OP) == NFT_BITWISE_BOOL;
    if (!boolean || bitwise.Word(NFTNL_EXPR_BITWISE_SREG) != 0 ||
        bitwise.Word(NFTNL_EXPR_BITWISE_DREG) != 0) {
      return std::nullopt;
    }
    if (FlowAddressFamily(field)) {
      return TakeInBlock(field, bitwise);
    }
    const auto mask = FromRegister(load, bitwise.Bytes(NFTNL_EXPR_BITWISE_MASK));
    const auto flip = FromRegister(load, bitwise.Bytes(NFTNL_EXPR_BITWISE_XOR));
    if (!mask || !flip) {
      return std::nullopt;
    }
    return Peek().Is("ct") ? TakeSetMark(field, *mask, *flip)
                           : TakeMaskedCompare(field, *mask, *flip);
  }

  /// Fewer bytes of an address than it has.
  std::optional<Statement> TakeWholeBytes(Field field) {
    const Expr compare = Peek();
    if (!FlowAddressFamily(field) || !compare.Is("cmp") || compare.Word(NFTNL_EXPR_CMP_SREG) != 0 ||
        compare.Number(NFTNL_EXPR_CMP_OP) != NFT_CMP_EQ) {
      return std::nullopt;
    }
    std::string bytes(compare.Bytes(NFTNL_EXPR_CMP_DATA));
    const size_t size = bytes.size();
    if (size == 0 || size >= LoadOf(field).size) {
      return std::nullopt;
    }
    bytes.resize(LoadOf(field).size);
    const auto address = IpAddress::FromBytes(bytes);
    if (!address || address->family() != FlowAddressFamily(field)) {
      return std::nullopt;
    }
    ++at_;
    return InBlock{field, {*address, static_cast<uint8_t>(kBits * size)}};
  }

  std::optional<Statement> TakeInBlock(Field field, const Expr& bitwise) {
    const Expr compare = Take();
    const std::string_view flip = bitwise.Bytes(NFTNL_EXPR_BITWISE_XOR);
    if (!compare.Is("cmp") || compare.Word(NFTNL_EXPR_CMP_SREG) != 0 ||
        compare.Number(NFTNL_EXPR_CMP_OP) != NFT_CMP_EQ ||
        flip.find_first_not_of('\0') != std::string_view::npos) {
      return std::nullopt;
    }
    const auto block =
        BlockOf(bitwise.Bytes(NFTNL_EXPR_BITWISE_MASK), compare.Bytes(NFTNL_EXPR_CMP_DATA));
    if (!block || block->address.family() != FlowAddressFamily(field)) {
      return std::nullopt;
    }
    return InBlock{field, *block};
  }

  std::optional<Statement> TakeSetMark(Field field, uint32_t mask, uint32_t value) {
    const Expr expr = Take();
    if (field != Field::kCtMark || (value & mask) != 0 || !expr.Has(NFTNL_EXPR_CT_SREG) ||
        expr.Number(NFTNL_EXPR_CT_KEY) != NFT_CT_MARK || expr.Word(NFTNL_EXPR_CT_SREG) != 0) {
      return std::nullopt;
    }
    return SetCtMark{~mask, value};
  }

  std::optional<Statement> TakeMaskedCompare(Field field, uint32_t mask, uint32_t flip) {
    const auto compare = TakeCompare(field);
    if (!compare || flip != 0 || (compare->first != NFT_CMP_EQ && compare->first != NFT_CMP_NEQ)) {
      return std::nullopt;
    }
    const bool negated = compare->first == NFT_CMP_NEQ;
    if (field == Field::kCtMark) {
      return MaskedCompare{field, mask, negated, compare->second};
    }
    if (field == Field::kCtState && negated && compare->second == 0) {
      return AnyBit{field, mask};
    }
    return std::nullopt;
  }

  std::vector<const nftnl_expr*> exprs_;
  size_t at_ = 0;
  uint8_t family_ = 0;  ///< What the expressions so far have checked.
  uint8_t protocol_ = 0;
};

}  // namespace

std::vector<Statement> DecodeStatements(const nftnl_rule* rule) {
  std::vector<Statement> statements;
  RuleReader reader(rule);
  while (!reader.AtEnd()) {
    auto statement = reader.Next();
    if (!statement) {
      return {Foreign{}};
    }
    statements.push_back(std::move(*statement));
  }
  return statements;
}

}  // namespace portcullis::nft
