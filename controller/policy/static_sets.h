// SPDX-License-Identifier: Apache-2.0
//
// The sets and maps that rules alone decide about (address blocks, ports), shared by the groups
// that ask for them. Pure. Used by groups.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_STATIC_SETS_H_
#define PORTCULLIS_CONTROLLER_POLICY_STATIC_SETS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "controller/policy/delta.h"
#include "nft/ruleset.h"

namespace portcullis::policy {

class StaticSets {
 public:
  /// One more reference. The set is as given from now on.
  void Acquire(nft::Set set);
  void Release(const std::string& name);

  /// Takes what has changed since the last time as told, and writes it to `delta` unless that is
  /// null.
  void Settle(Delta* delta);
  void WriteAll(std::map<std::string, nft::Set>& sets) const;

  [[nodiscard]] size_t size() const { return sets_.size(); }

 private:
  struct State {
    nft::Set set;
    uint32_t references = 0;
  };

  void Remember(const std::string& name);

  std::map<std::string, State> sets_;
  /// How those that were touched looked at the last settlement; nothing: they were not there.
  std::map<std::string, std::optional<nft::Set>> before_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_STATIC_SETS_H_
