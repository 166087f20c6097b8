// SPDX-License-Identifier: Apache-2.0
//
// Owners of libnftnl's and libmnl's objects. Nothing else: what is done with them stands in encode,
// decode and netlink_socket.
#ifndef PORTCULLIS_NFT_HANDLES_H_
#define PORTCULLIS_NFT_HANDLES_H_

#include <memory>

#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>

namespace portcullis::nft {

template <auto kFree>
struct FreeWith {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};

using TablePtr = std::unique_ptr<nftnl_table, FreeWith<&nftnl_table_free>>;
using ChainPtr = std::unique_ptr<nftnl_chain, FreeWith<&nftnl_chain_free>>;
using RulePtr = std::unique_ptr<nftnl_rule, FreeWith<&nftnl_rule_free>>;
using SetPtr = std::unique_ptr<nftnl_set, FreeWith<&nftnl_set_free>>;
using ExprPtr = std::unique_ptr<nftnl_expr, FreeWith<&nftnl_expr_free>>;
using RuleExprIterPtr = std::unique_ptr<nftnl_expr_iter, FreeWith<&nftnl_expr_iter_destroy>>;
using SocketPtr = std::unique_ptr<mnl_socket, FreeWith<&mnl_socket_close>>;

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_HANDLES_H_
