// SPDX-License-Identifier: Apache-2.0
//
// Loops over netlink attributes. libmnl's own macros for it do not compile as C++ (void* to
// nlattr*).
#ifndef PORTCULLIS_NFT_ATTRIBUTES_H_
#define PORTCULLIS_NFT_ATTRIBUTES_H_

#include <cstddef>
#include <string_view>

#include <libmnl/libmnl.h>

namespace portcullis::nft {

/// MNL_ALIGN, which mixes signs: what a message or an attribute of this size takes.
[[nodiscard]] constexpr size_t Aligned(size_t size) {
  return (size + MNL_ALIGNTO - 1) / MNL_ALIGNTO * MNL_ALIGNTO;
}

/// Calls `visit(const nlattr*)` for each of the attributes that lie in the `size` bytes at `begin`.
template <typename Visit>
void ForEachAttribute(const void* begin, size_t size, Visit visit) {
  const char* const end = static_cast<const char*>(begin) + size;
  const auto* attr = static_cast<const nlattr*>(begin);
  while (mnl_attr_ok(
      attr, static_cast<int>(end - static_cast<const char*>(static_cast<const void*>(attr))))) {
    visit(attr);
    attr = mnl_attr_next(attr);
  }
}

/// The same for the attributes inside `nest`.
template <typename Visit>
void ForEachAttribute(const nlattr* nest, Visit visit) {
  ForEachAttribute(mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest), visit);
}

/// The same for the attributes of a message behind its extra header of `header` bytes.
template <typename Visit>
void ForEachAttribute(const nlmsghdr* message, size_t header, Visit visit) {
  if (mnl_nlmsg_get_payload_len(message) >= header) {
    ForEachAttribute(mnl_nlmsg_get_payload_offset(message, header),
                     mnl_nlmsg_get_payload_len(message) - Aligned(header),
                     visit);
  }
}

[[nodiscard]] inline std::string_view AttributeBytes(const nlattr* attr) {
  return {static_cast<const char*>(mnl_attr_get_payload(attr)), mnl_attr_get_payload_len(attr)};
}

/// A string attribute's text, whether or not a NUL ends it.
[[nodiscard]] inline std::string_view AttributeText(const nlattr* attr) {
  const std::string_view bytes = AttributeBytes(attr);
  return bytes.substr(0, bytes.find('\0'));
}

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_ATTRIBUTES_H_
