// SPDX-License-Identifier: Apache-2.0
//
// Which pod of this node each chain's packets are of: a copy of what the reconciler knows, so that
// in a flood it is not asked about each packet. Pure. Made by an inquiry of denied_log, which
// counts pods' packets with it; lines are written of what denied_flow says, whose answer is the
// same for as long as nothing changes.
#ifndef PORTCULLIS_CONTROLLER_DENIED_LOCAL_SUBJECTS_H_
#define PORTCULLIS_CONTROLLER_DENIED_LOCAL_SUBJECTS_H_

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "controller/policy/engine.h"
#include "nft/logged_packet.h"

namespace portcullis::denied {

class LocalSubjects {
 public:
  /// Of a node without pods.
  LocalSubjects() = default;
  explicit LocalSubjects(const policy::Engine& engine);

  /// The pod whose policies deny the packet; null where no pod of this node is at that end. Valid
  /// as long as this.
  [[nodiscard]] const k8s::ObjectKey* Find(const nft::LoggedPacket& packet) const;

 private:
  static constexpr size_t kNoGroup = SIZE_MAX;

  struct Pod {
    k8s::ObjectKey key;
    std::array<size_t, 2> groups;  ///< By direction.
  };

  [[nodiscard]] const Pod* At(const IpAddress& address) const;

  std::map<IpAddress, Pod> pods_;
  std::map<std::string, size_t, std::less<>> groups_;  ///< By the name of a chain, of either kind.
};

}  // namespace portcullis::denied

#endif  // PORTCULLIS_CONTROLLER_DENIED_LOCAL_SUBJECTS_H_
