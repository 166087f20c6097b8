// SPDX-License-Identifier: Apache-2.0
//
// What a node's table, as the kernel has it, does with the connection that was explained, beside
// what the policies say: the packet is led through the live table rule by rule (nft/walk.h), and
// through the table that the policies ask for. Pure: whoever calls it has dumped the table.
// Rendered by kernel_check_text.h and, as JSON, by controller/cli.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_KERNEL_CHECK_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_KERNEL_CHECK_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/insight/explanation.h"
#include "nft/ruleset.h"

namespace portcullis::insight {

/// How a table has decided about one end.
struct Decision {
  bool allows = true;
  bool would_deny = false;  ///< By audited policies.
  std::string chain;        ///< Where it was decided. Empty: no rule has led the packet anywhere.
  std::string rule;     ///< The comment of the rule that decided. Empty: the chain came to its end.
  uint64_t handle = 0;  ///< Of that rule, in a live table.

  bool operator==(const Decision&) const = default;
};

/// One end of a pair that is a pod of the node, so that the node judges it.
struct KernelSide {
  policy::Direction direction = policy::Direction::kEgress;
  bool computed = true;            ///< What the policies say.
  std::optional<Decision> kernel;  ///< Nothing: the packet was dropped before it came there.
  std::optional<Decision> wanted;  ///< In the table that the policies ask for; as above.

  [[nodiscard]] bool agrees() const { return !kernel || kernel->allows == computed; }
};

struct KernelPair {
  IpAddress source;
  IpAddress destination;
  std::vector<KernelSide> sides;  ///< Empty: the node's table judges nothing of this pair.
  bool computed = true;           ///< What all sides here say.
  bool passes = true;             ///< What becomes of the packet on this node.
  Decision end;                   ///< What ended its walk, in whatever chain.
  /// Why the live table cannot be walked, where it cannot: then it does not agree.
  std::string problem;

  [[nodiscard]] bool agrees() const;
};

struct KernelCheck {
  std::string node;
  bool has_table = false;  ///< Without one the kernel lets everything pass, and pairs are empty.
  std::vector<KernelPair> pairs;
  std::set<std::string> elsewhere;  ///< Other nodes, on which pods of the question run.

  /// Whether any pair is judged by the node.
  [[nodiscard]] bool judges() const;
  [[nodiscard]] bool agrees() const;
};

/// `live` is the kernel's table, `wanted` what the policies of the same objects ask for.
[[nodiscard]] KernelCheck CheckKernel(const Explanation& explanation,
                                      const std::string& node,
                                      const std::optional<nft::Ruleset>& live,
                                      const nft::Ruleset& wanted);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_KERNEL_CHECK_H_
