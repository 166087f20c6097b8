// SPDX-License-Identifier: Apache-2.0
//
// See element.h.
#include "nft/element.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <libnftnl/udata.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "nft/attributes.h"
#include "nft/userdata.h"
#include "nft/verdict.h"

namespace portcullis::nft {
namespace {

constexpr size_t kWord = 4;
/// A nest's length has 16 bits; one element takes less than 1 KiB (a chain's name 255, a comment
/// 128 bytes), so that this leaves ample room.
constexpr size_t kNestMax = 48UL * 1024;

size_t Padded(size_t size) {
  return (size + kWord - 1) / kWord * kWord;
}

std::string KernelKey(const std::vector<KeyType>& types, const std::string& key) {
  if (types.size() == 1) {
    return key;
  }
  std::string padded;
  size_t at = 0;
  for (const KeyType type : types) {
    padded += key.substr(at, KeySize(type));
    padded.resize(Padded(padded.size()), '\0');
    at += KeySize(type);
  }
  return padded;
}

std::string PlainKey(const std::vector<KeyType>& types, std::string_view padded) {
  if (types.size() == 1) {
    return std::string(padded);
  }
  std::string key;
  for (const KeyType type : types) {
    key += padded.substr(0, KeySize(type));
    padded.remove_prefix(std::min(padded.size(), Padded(KeySize(type))));
  }
  return key;
}

/// The key one above; nothing above the highest.
std::optional<std::string> Above(std::string key) {
  for (size_t i = key.size(); i-- > 0;) {
    if (++key.at(i) != 0) {
      return key;
    }
  }
  return std::nullopt;
}

/// The key one below. REQUIRES: it is not the lowest.
std::string Below(std::string key) {
  for (size_t i = key.size(); i-- > 0;) {
    if (key.at(i)-- != 0) {
      break;
    }
  }
  return key;
}

void PutKey(nlmsghdr* message, const std::string& key) {
  nlattr* nest = mnl_attr_nest_start(message, NFTA_SET_ELEM_KEY);
  mnl_attr_put(message, NFTA_DATA_VALUE, key.size(), key.data());
  mnl_attr_nest_end(message, nest);
}

void PutVerdict(nlmsghdr* message, const Verdict& verdict) {
  nlattr* data = mnl_attr_nest_start(message, NFTA_SET_ELEM_DATA);
  nlattr* nest = mnl_attr_nest_start(message, NFTA_DATA_VERDICT);
  mnl_attr_put_u32(message, NFTA_VERDICT_CODE, htonl(VerdictCode(verdict.kind)));
  if (!verdict.chain.empty()) {
    mnl_attr_put_strz(message, NFTA_VERDICT_CHAIN, verdict.chain.c_str());
  }
  mnl_attr_nest_end(message, nest);
  mnl_attr_nest_end(message, data);
}

void PutElement(nlmsghdr* message, const Set& set, const Element& element) {
  nlattr* nest = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
  PutKey(message, KernelKey(set.key, element.key));
  if (element.verdict) {
    PutVerdict(message, *element.verdict);
  }
  std::string userdata;
  PutComment(userdata, NFTNL_UDATA_SET_ELEM_COMMENT, element.comment);
  if (!userdata.empty()) {
    mnl_attr_put(message, NFTA_SET_ELEM_USERDATA, userdata.size(), userdata.data());
  }
  mnl_attr_nest_end(message, nest);
  const auto end = set.interval ? Above(element.key_end) : std::nullopt;
  if (end) {
    nest = mnl_attr_nest_start(message, NFTA_LIST_ELEM);
    PutKey(message, *end);
    mnl_attr_put_u32(message, NFTA_SET_ELEM_FLAGS, htonl(NFT_SET_ELEM_INTERVAL_END));
    mnl_attr_nest_end(message, nest);
  }
}

/// What stands in one NFTA_DATA_VERDICT; nothing for a verdict of others.
std::optional<Verdict> GetVerdict(const nlattr* data) {
  uint32_t code = 0;
  std::string chain;
  bool found = false;
  ForEachAttribute(data, [&](const nlattr* kind) {
    if (mnl_attr_get_type(kind) != NFTA_DATA_VERDICT) {
      return;
    }
    ForEachAttribute(kind, [&](const nlattr* attr) {
      if (mnl_attr_get_type(attr) == NFTA_VERDICT_CODE) {
        code = ntohl(mnl_attr_get_u32(attr));
        found = true;
      } else if (mnl_attr_get_type(attr) == NFTA_VERDICT_CHAIN) {
        chain = AttributeText(attr);
      }
    });
  });
  return found ? VerdictOf(code, std::move(chain)) : std::nullopt;
}

std::string_view GetValue(const nlattr* data) {
  std::string_view value;
  ForEachAttribute(data, [&](const nlattr* attr) {
    if (mnl_attr_get_type(attr) == NFTA_DATA_VALUE) {
      value = AttributeBytes(attr);
    }
  });
  return value;
}

}  // namespace

uint32_t KernelKeySize(const std::vector<KeyType>& key) {
  size_t size = 0;
  for (const KeyType type : key) {
    size += key.size() == 1 ? KeySize(type) : Padded(KeySize(type));
  }
  return static_cast<uint32_t>(size);
}

size_t PutElements(nlmsghdr* message,
                   const Set& set,
                   const std::vector<Element>& elements,
                   size_t begin,
                   std::vector<uint32_t>& offsets) {
  const uint32_t start = message->nlmsg_len;
  nlattr* list = mnl_attr_nest_start(message, NFTA_SET_ELEM_LIST_ELEMENTS);
  size_t next = begin;
  while (next < elements.size() && message->nlmsg_len - start < kNestMax) {
    offsets.push_back(message->nlmsg_len);
    PutElement(message, set, elements.at(next));
    ++next;
  }
  mnl_attr_nest_end(message, list);
  return next;
}

bool ElementReader::Take(const nlmsghdr* message) {
  bool known = true;
  ForEachAttribute(message, sizeof(nfgenmsg), [&](const nlattr* attr) {
    if (mnl_attr_get_type(attr) == NFTA_SET_ELEM_LIST_ELEMENTS) {
      ForEachAttribute(attr, [&](const nlattr* nest) { known = TakeElement(nest) && known; });
    }
  });
  return known;
}

bool ElementReader::TakeElement(const nlattr* nest) {
  Raw raw;
  uint32_t flags = 0;
  bool known = true;
  ForEachAttribute(nest, [&](const nlattr* attr) {
    switch (mnl_attr_get_type(attr)) {
      case NFTA_SET_ELEM_KEY:
        raw.element.key = PlainKey(set_.key, GetValue(attr));
        break;
      case NFTA_SET_ELEM_FLAGS:
        flags = ntohl(mnl_attr_get_u32(attr));
        break;
      case NFTA_SET_ELEM_DATA:
        raw.element.verdict = GetVerdict(attr);
        break;
      case NFTA_SET_ELEM_USERDATA:
        raw.element.comment = GetComment(AttributeBytes(attr), NFTNL_UDATA_SET_ELEM_COMMENT);
        break;
      case NFTA_SET_ELEM_PAD:
        break;
      default:
        known = false;
    }
  });
  raw.is_end = (flags & NFT_SET_ELEM_INTERVAL_END) != 0;
  known = known && (flags & ~uint32_t{NFT_SET_ELEM_INTERVAL_END}) == 0 &&
          raw.element.key.size() == KeySize(set_.key) &&
          (raw.is_end || raw.element.verdict.has_value() == set_.verdict_map);
  if (known) {
    raw_.push_back(std::move(raw));
  }
  return known;
}

std::map<std::string, Element> ElementReader::Finish() && {
  if (set_.interval) {
    return std::move(*this).JoinRanges();
  }
  // The kernel's order is that of its hashes. Sorted first, the map is built at its end, which
  // takes half the time.
  std::sort(raw_.begin(), raw_.end(), [](const Raw& a, const Raw& b) {
    return a.element.key < b.element.key;
  });
  std::map<std::string, Element> elements;
  for (Raw& raw : raw_) {
    std::string key = raw.element.key;
    elements.emplace_hint(elements.end(), std::move(key), std::move(raw.element));
  }
  return elements;
}

std::map<std::string, Element> ElementReader::JoinRanges() && {
  // An end sorts before a beginning with the same key: there one range ends and the next begins.
  // nft writes one more end, at the lowest key, in front.
  std::sort(raw_.begin(), raw_.end(), [](const Raw& a, const Raw& b) {
    return std::pair(std::string_view(a.element.key), !a.is_end) <
           std::pair(std::string_view(b.element.key), !b.is_end);
  });
  std::map<std::string, Element> elements;
  const std::string highest(KeySize(set_.key), '\xff');
  for (size_t i = 0; i < raw_.size(); ++i) {
    if (raw_.at(i).is_end) {
      continue;
    }
    Element element = std::move(raw_.at(i).element);
    const bool has_end = i + 1 < raw_.size() && raw_.at(i + 1).is_end;
    element.key_end = has_end ? Below(raw_.at(i + 1).element.key) : highest;
    std::string key = element.key;
    elements.emplace(std::move(key), std::move(element));
  }
  return elements;
}

}  // namespace portcullis::nft
