// SPDX-License-Identifier: Apache-2.0
//
// Who reaches whom in the whole cluster, as one value: the ends (end_groups.h), and for each pair
// of them on which protocols and ports the one may begin a connection to the other (answer.h).
// Pure. Made with reach.h, once per pair of address classes; rendered by controller/cli/matrix_*.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_REACH_MATRIX_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_REACH_MATRIX_H_

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/ip.h"
#include "controller/insight/answer.h"
#include "controller/insight/end_groups.h"
#include "controller/insight/port_set.h"
#include "controller/insight/reach.h"
#include "controller/policy/world.h"

namespace portcullis::insight {

class ReachMatrix {
 public:
  explicit ReachMatrix(const policy::World& world);
  ReachMatrix(const ReachMatrix&) = delete;  // Its classes refer to its Reach.
  ReachMatrix& operator=(const ReachMatrix&) = delete;
  ReachMatrix(ReachMatrix&&) = delete;
  ReachMatrix& operator=(ReachMatrix&&) = delete;
  ~ReachMatrix() = default;

  [[nodiscard]] const std::vector<EndGroup>& ends() const { return ends_; }
  /// The distinct answers, as a cell's number refers to them.
  [[nodiscard]] const std::vector<Answer>& answers() const { return answers_; }
  /// The families that any end has.
  [[nodiscard]] const std::vector<Family>& families() const { return families_; }

  /// The answer of a pair of ends, as an index into answers(). Nothing where there is none: an end
  /// has no address of that family, no policy is about either end (neither is a pod), or the end is
  /// one pod, which reaches itself whatever the policies say (9.4).
  [[nodiscard]] std::optional<uint32_t> Cell(Family family, size_t from, size_t to) const;

  /// The same for two address classes, without asking what their ends are.
  [[nodiscard]] std::optional<uint32_t> CellOfClasses(uint32_t from, uint32_t to) const;

  /// What may begin between two addresses: everything where neither is a pod's. "May A reach B on
  /// port p" is Between(a, b).Contains(protocol, p). A node's own traffic to its own pods passes
  /// whatever this says (9.1).
  /// REQUIRES: both are of one family.
  [[nodiscard]] PortSet Between(const IpAddress& source, const IpAddress& destination) const;

  [[nodiscard]] const Reach& reach() const { return reach_; }

 private:
  void FindAnswers();
  uint32_t NumberOf(const Answer& answer, std::map<Answer, uint32_t>& numbers);

  Reach reach_;
  AddressClasses classes_;
  std::vector<EndGroup> ends_;
  std::vector<Family> families_;
  std::vector<Answer> answers_;
  std::vector<uint32_t> cells_;  ///< By class of the source, then of the destination.
};

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_REACH_MATRIX_H_
