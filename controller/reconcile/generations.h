// SPDX-License-Identifier: Apache-2.0
//
// Which generation numbers of the conntrack mark are fit for use. Pure. The reconciler asks before
// each change that takes something away.
//
// A number may be used again only when no conntrack entry carries it any more: else a flow that was
// allowed long ago, and forbidden since, would pass for one that the present rules allow.
#ifndef PORTCULLIS_CONTROLLER_RECONCILE_GENERATIONS_H_
#define PORTCULLIS_CONTROLLER_RECONCILE_GENERATIONS_H_

#include <cstdint>
#include <optional>
#include <vector>

namespace portcullis {

class Generations {
 public:
  /// Numbers 1 ... count. None is in use and none is known to be clean.
  explicit Generations(uint32_t count);

  /// The number the table in the kernel was found to accept, after a start or after somebody else
  /// changed the table. Where it is the one in use already nothing changes; else no other number is
  /// known to be clean.
  void Found(std::optional<uint32_t> number);

  /// The number in use.
  [[nodiscard]] std::optional<uint32_t> current() const { return current_; }
  /// A clean number; nothing where entries have to be cleared first.
  [[nodiscard]] std::optional<uint32_t> Next() const;
  /// The table has begun to accept `number`, or, without one, to judge every packet. The number
  /// used before may still be in entries.
  void Use(std::optional<uint32_t> number);

  /// Whether entries that carry `number` can be cleared: all but the one in use and the one before
  /// it, which a packet on its way may still be writing.
  [[nodiscard]] bool IsStale(uint32_t number) const;
  /// No entry carries a stale number any more.
  void Cleared();
  /// Whether few enough clean numbers are left for it to be time to clear the stale ones.
  [[nodiscard]] bool RunningLow() const;

 private:
  std::vector<bool> clean_;  ///< By number; index 0 is unused.
  std::optional<uint32_t> current_;
  std::optional<uint32_t> previous_;
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_RECONCILE_GENERATIONS_H_
