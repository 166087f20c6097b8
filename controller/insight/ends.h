// SPDX-License-Identifier: Apache-2.0
//
// The ends of a connection as people name them ("web-0", "shop/web-0", "10.0.0.7", "external",
// "node/worker-1"), and what stands behind each: a pod, a node or an address, with the addresses
// that policies know it at. Pure. Says nothing of policies' meaning, that is reach.h and
// explanation.h; which address is whose comes from policy/live_pods.h alone.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_ENDS_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_ENDS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "controller/policy/world.h"

namespace portcullis::insight {

struct NodeName {
  std::string name;

  auto operator<=>(const NodeName&) const = default;
};
/// Somewhere outside the cluster.
struct External {
  auto operator<=>(const External&) const = default;
};
/// The key is a pod's.
using EndName = std::variant<k8s::ObjectKey, IpAddress, NodeName, External>;

/// `[NAMESPACE/]POD`, an address, `node/NAME` or `external`.
/// ERRORS: kInvalidArgument where `text` is none of them.
[[nodiscard]] Result<EndName> ParseEnd(std::string_view text, const std::string& default_namespace);

/// What a name stands for.
struct End {
  enum class Kind : uint8_t {
    kPod,       ///< A pod with addresses of its own: policies hold for it.
    kHostPod,   ///< A pod of its node's network: its addresses are the node's (8.1).
    kNode,      ///< Known by the addresses of its hostNetwork pods.
    kAddress,   ///< Of nobody who is known.
    kExternal,  ///< An address outside that was chosen.
  };
  Kind kind = Kind::kAddress;
  k8s::ObjectKey pod;                ///< Of kPod and kHostPod.
  std::string node;                  ///< Of pods and nodes; may be unknown, and empty.
  std::vector<IpAddress> addresses;  ///< Sorted; those that packets are judged by. Never empty.
  std::vector<std::string> notes;    ///< What to tell whoever gave the name, in sentences.

  bool operator==(const End&) const = default;
};

/// "shop/web-0", "node worker-1", "203.0.113.1", "203.0.113.1 (external)".
[[nodiscard]] std::string ToText(const End& end);

/// Who is who among the pods and nodes of a world, which must outlive it.
class Directory {
 public:
  explicit Directory(const policy::World& world);

  /// The pod that an address belongs to (8.1 to 8.6), or null.
  [[nodiscard]] const k8s::Pod* PodAt(const IpAddress& address) const;
  /// The node that an address belongs to, or nothing but "".
  [[nodiscard]] std::string NodeAt(const IpAddress& address) const;

  /// An address that belongs to a pod or a node stands for that pod or node, and a note says so.
  /// ERRORS: kNotFound where nobody is called so, with names that are close to it, or where a pod
  /// has no address (yet, any more, or because another pod has it).
  [[nodiscard]] Result<End> Find(const EndName& name) const;

 private:
  [[nodiscard]] Result<End> FindPod(const k8s::ObjectKey& key) const;
  [[nodiscard]] Result<End> FindOwnAddresses(const k8s::Pod& pod) const;
  [[nodiscard]] Result<End> FindNode(const std::string& name) const;
  [[nodiscard]] End FindAddress(const IpAddress& address) const;
  [[nodiscard]] End FindExternal() const;
  [[nodiscard]] std::string WhoHas(const IpAddress& address) const;

  const policy::World& world_;
  std::map<IpAddress, const k8s::Pod*> owners_;
  std::map<std::string, std::set<IpAddress>> nodes_;
  std::map<IpAddress, std::string> node_of_;
};

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_ENDS_H_
