// SPDX-License-Identifier: Apache-2.0
//
// Addresses that no policy can tell apart: with the same groups as subjects, and in the same
// selectors, named ports and blocks. Answers are computed once per pair of classes instead of per
// pair of addresses. Pure. Says nothing of pods; end_groups.h gives classes their names.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_ADDRESS_CLASSES_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_ADDRESS_CLASSES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/ip.h"
#include "controller/policy/resolve.h"

namespace portcullis::insight {

/// The addresses that are in the same ipBlocks, of one family.
struct Zone {
  std::vector<AddressRange> ranges;  ///< Merged; never empty.
  bool in_a_block = false;           ///< false: no policy's block has them.
};

class AddressClasses {
 public:
  /// Of all that can tell addresses apart in any of `resolved`: those of one world, or of two that
  /// are to be compared. REQUIRES: they outlive this object.
  explicit AddressClasses(const std::vector<const policy::Resolved*>& resolved);

  /// Equal for addresses that answer alike, whatever the other end; a new number where no address
  /// asked for before is of that class.
  [[nodiscard]] uint32_t ClassOf(const IpAddress& address);
  /// The same without making one.
  [[nodiscard]] std::optional<uint32_t> Find(const IpAddress& address) const;
  /// How many classes there are so far: they are 0 ... size() - 1.
  [[nodiscard]] size_t size() const { return classes_.size(); }
  /// The first address asked for of the class, and another one where a second was
  /// asked for.
  [[nodiscard]] const std::vector<IpAddress>& SamplesOf(uint32_t number) const {
    return samples_[number];
  }

  /// The whole address space of both families.
  [[nodiscard]] const std::vector<Zone>& zones() const { return zones_; }

 private:
  using Signature = std::vector<uint32_t>;

  [[nodiscard]] Signature SignatureOf(const IpAddress& address) const;

  std::vector<const policy::Resolved*> resolved_;
  std::map<IpAddress, Signature> memberships_;  ///< Of selectors and named ports, by number.
  std::vector<Zone> zones_;
  std::map<IpAddress, uint32_t> zone_from_;  ///< First address of a range → index of its zone.
  std::map<Signature, uint32_t> classes_;
  std::vector<std::vector<IpAddress>> samples_;
};

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_ADDRESS_CLASSES_H_
