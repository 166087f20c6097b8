// SPDX-License-Identifier: Apache-2.0
//
// The kernel's nf_tables over netlink: the only file that owns the socket for it. What is said over
// it is made by encode.h and read by decode.h.
//
// Thread safety: none; the reconciler's thread owns it.
#ifndef PORTCULLIS_NFT_MNL_KERNEL_H_
#define PORTCULLIS_NFT_MNL_KERNEL_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "nft/kernel.h"
#include "nft/netlink_socket.h"

namespace portcullis::nft {

class MnlKernel final : public Kernel {
 public:
  /// The largest transaction that is handed over in one piece. The kernel copies it into one
  /// buffer.
  static constexpr size_t kDefaultMaxBatch = size_t{256} * 1024 * 1024;

  /// The ruleset of the network namespace that the calling thread is in now.
  /// ERRORS: kPermission, kUnavailable.
  [[nodiscard]] static Result<MnlKernel> Open(size_t max_batch = kDefaultMaxBatch);

  /// Of the commits that are made here; see MnlMonitor.
  [[nodiscard]] uint32_t port() const { return socket_.port(); }

  /// Whether there is such a table of family inet. ERRORS: as Dump().
  [[nodiscard]] Result<bool> HasTable(const std::string& table);

  /// Whether the kernel would take `change`: it looks at all of it and does none of it.
  /// ERRORS: as Commit(), without a generation.
  [[nodiscard]] Result<void> Check(const ChangeSet& change);

  [[nodiscard]] Result<Snapshot> Dump(const std::string& table) override;

  /// See Kernel. A change that is too large for one piece fills its new sets ahead, in transactions
  /// of their own, before anything refers to them; the rest still is one transaction. Where the
  /// rest is refused, those sets stay behind, and no packet meets them; the next diff removes them.
  /// Without a generation, a change that adds no rule takes two system calls.
  [[nodiscard]] Result<Receipt> Commit(const ChangeSet& change,
                                       std::optional<uint32_t> generation) override;

 private:
  MnlKernel(NetlinkSocket socket, size_t max_batch);

  [[nodiscard]] Result<uint32_t> Generation();
  /// Nothing where another transaction came between.
  [[nodiscard]] Result<std::optional<Snapshot>> DumpOnce(const std::string& table);
  [[nodiscard]] Result<bool> DumpObjects(const std::string& table, Ruleset& ruleset);
  [[nodiscard]] Result<Receipt> CommitWhole(const ChangeSet& change,
                                            std::optional<uint32_t> generation);
  [[nodiscard]] Result<Receipt> CommitStaged(const ChangeSet& change,
                                             std::optional<uint32_t> generation);

  NetlinkSocket socket_;
  size_t max_batch_;
};

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_MNL_KERNEL_H_
