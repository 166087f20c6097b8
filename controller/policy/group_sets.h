// SPDX-License-Identifier: Apache-2.0
//
// The sets that a group's rules look in, gathered while the rules are written: who asks for one
// gets its name. Pure. Used by group_table.h and the forms it chooses from.
#ifndef PORTCULLIS_CONTROLLER_POLICY_GROUP_SETS_H_
#define PORTCULLIS_CONTROLLER_POLICY_GROUP_SETS_H_

#include <map>
#include <string>
#include <vector>

#include "controller/policy/sets.h"

namespace portcullis::policy {

class GroupSets {
 public:
  [[nodiscard]] std::string Name(PodSetId id, Family family);
  [[nodiscard]] std::string Name(const AddressBlock& block);
  [[nodiscard]] std::string Name(const std::vector<k8s::PortRange>& ports);
  /// Of a verdict map that the caller has made.
  [[nodiscard]] std::string Name(nft::Set map);

  /// Each set once, by name.
  [[nodiscard]] std::vector<nft::Set> TakeSets();
  [[nodiscard]] std::vector<PodSet> TakePodSets();

 private:
  std::map<std::string, nft::Set> sets_;
  std::map<std::string, PodSet> pod_sets_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_GROUP_SETS_H_
