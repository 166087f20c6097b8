// SPDX-License-Identifier: Apache-2.0
//
// ChangeSet → the bytes of one nf_tables transaction. No socket: mnl_kernel sends them. The
// inverse, for dumps, is decode.h.
//
// Grammar: BATCH_BEGIN(GENID) { NEWTABLE | DELTABLE | NEWSET | DELSET | NEWSETELEM | DELSETELEM |
// NEWCHAIN | DELCHAIN | NEWRULE | DELRULE } BATCH_END.
#ifndef PORTCULLIS_NFT_ENCODE_H_
#define PORTCULLIS_NFT_ENCODE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "nft/changeset.h"

namespace portcullis::nft {

/// What one message of a batch does.
struct Origin {
  static constexpr size_t kNone = SIZE_MAX;

  size_t operation =
      kNone;  ///< Its place in ChangeSet::operations; kNone for the batch's begin and end.
  size_t first_element = 0;       ///< Of the operation's elements, the first in this message.
  std::vector<uint32_t> offsets;  ///< Where in the message each of its elements begins.
};

struct Batch {
  std::vector<char> bytes;
  uint32_t first_sequence =
      0;  ///< Sequence number of the first message; each next one has the next.
  std::vector<Origin> origins;  ///< One per message.

  /// Nothing for a sequence number of another batch.
  [[nodiscard]] const Origin* Find(uint32_t sequence) const;
};

/// `generation` goes into BATCH_BEGIN: the kernel refuses the batch when its ruleset is of another
/// one. Messages that add rules ask for an echo, which tells their handles, and so do those that
/// delete counting rules, which tells what these have counted; where a generation is given the
/// first message asks for one too, which makes the kernel tell the new one. A batch that asks for
/// none is answered by errors alone. ERRORS: kInvalidArgument for what ruleset.h's contracts
/// exclude.
[[nodiscard]] Result<Batch> Encode(const ChangeSet& change,
                                   std::optional<uint32_t> generation,
                                   uint32_t first_sequence);

/// Describe() for the operation of the message, or for the one element in it that `offset` (of the
/// kernel's complaint, into the message) lies in.
[[nodiscard]] std::string DescribeOrigin(const ChangeSet& change,
                                         const Origin& origin,
                                         std::optional<uint32_t> offset);

}  // namespace portcullis::nft

#endif  // PORTCULLIS_NFT_ENCODE_H_
