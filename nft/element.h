// SPDX-License-Identifier: Apache-2.0
//
// The elements of sets and maps ↔ netlink attributes. Straight through libmnl: libnftnl's element
// objects take ten times as long (a set may have 100,000). Used by encode and decode; no socket.
//
// Grammar: NFTA_SET_ELEM_LIST_ELEMENTS = { NFTA_LIST_ELEM = KEY { VALUE }, [FLAGS], [DATA { VERDICT
// { CODE, [CHAIN] } }], [USERDATA] }. A range is two of them: its first key, and, flagged
// INTERVAL_END, the key behind its last; a range that ends with the key space has no end.
#ifndef PORTCULLIS_NFT_ELEMENT_H_
#define PORTCULLIS_NFT_ELEMENT_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <libmnl/libmnl.h>

#include "nft/ruleset.h"

namespace portcullis::nft {

/// The size of the key in the kernel: the parts of a concatenation are padded to whole registers.
[[nodiscard]] uint32_t KernelKeySize(const std::vector<KeyType>& key);

/// Puts elements from number `begin` on into the message, as many as one message takes (it needs
/// kElementsMessageMax bytes of room). `offsets` gets the place of each in the message. Returns the
/// number of the first that is left.
size_t PutElements(nlmsghdr* message,
                   const Set& set,
                   const std::vector<Element>& elements,
                   size_t begin,
                   std::vector<uint32_t>& offsets);
inline constexpr size_t kElementsMessageMax = size_t{1} << 16U;

/// Gathers the elements of one set from the messages of a dump.
class ElementReader {
 public:
  explicit ElementReader(const Set& set) : set_(set) {}

  /// Takes one message in. False: there is an element of a kind that ruleset.h cannot say (a
  /// catch-all, one with a timeout or with expressions).
  [[nodiscard]] bool Take(const nlmsghdr* message);

  /// All elements, ranges put together again.
  [[nodiscard]] std::map<std::string, Element> Finish() &&;

 private:
  struct Raw {
    Element element;
    bool is_end = false;
  };

  [[nodiscard]] bool TakeElement(const nlattr* nest);
  [[nodiscard]] std::map<std::string, Element> JoinRanges() &&;

  const Set& set_;
  std::vector<Raw> raw_;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_ELEMENT_H_
