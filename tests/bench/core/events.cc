// SPDX-License-Identifier: Apache-2.0
//
// See events.h.
#include "tests/bench/core/events.h"

#include <utility>

namespace portcullis::bench {
namespace {

constexpr char kRemoteNode[] = "node-1";

AnyChange Now(k8s::Pod pod) {
  k8s::ObjectKey key = pod.meta.key;
  return Change<k8s::Pod>{std::move(key), std::move(pod)};
}

AnyChange Now(k8s::Namespace ns) {
  k8s::ObjectKey key = ns.meta.key;
  return Change<k8s::Namespace>{std::move(key), std::move(ns)};
}

AnyChange Now(k8s::NetworkPolicy policy) {
  k8s::ObjectKey key = policy.meta.key;
  return Change<k8s::NetworkPolicy>{std::move(key), std::move(policy)};
}

std::string HomeNamespace(size_t turn) {
  return NamespaceName(turn % kHomeNamespaces);
}

class Kinds {
 public:
  explicit Kinds(const WorldSize& size) : size_(size) {}

  [[nodiscard]] std::vector<EventKind> All() const {
    return {StatusChanges(),
            PodComes("remote pod", kRemoteNode),
            PodRelabelled(),
            PodComes("local pod", kLocalNode),
            PolicyComes("policy of pods here", /*home=*/true),
            PolicyComes("policy of no pod here", /*home=*/false),
            NamespaceRelabelled()};
  }

 private:
  /// A remote pod of a home namespace, which the policies here name as a peer.
  [[nodiscard]] k8s::Pod Remote(size_t turn) const {
    const size_t number = kPodsPerNamespace * (turn % kHomeNamespaces) + kDeployments +
                          turn / kHomeNamespaces % kDeployments;
    return MakePod(number,
                   HomeNamespace(turn),
                   number % kDeployments,
                   "node-" + std::to_string(1 + number % (size_.pods / 50)),
                   size_.dual_stack);
  }

  [[nodiscard]] EventKind StatusChanges() const {
    const auto change = [kinds = *this](size_t turn, const char* version) {
      k8s::Pod pod = kinds.Remote(turn);
      pod.meta.resource_version += version;
      return Now(std::move(pod));
    };
    const char* const name = "remote pod's status";
    return {name,
            name,
            [change](size_t turn) { return change(turn, "1"); },
            [change](size_t turn) {
              return change(turn, "2");
            }};
  }

  [[nodiscard]] EventKind PodComes(const std::string& what, const std::string& node) const {
    const auto pod = [size = size_, node](size_t turn) {
      return MakePod(size.pods + turn % 1000,
                     HomeNamespace(turn),
                     turn / kHomeNamespaces % kDeployments,
                     node,
                     size.dual_stack);
    };
    return {what + " comes",
            what + " goes",
            [pod](size_t turn) { return Now(pod(turn)); },
            [pod](size_t turn) {
              return Change<k8s::Pod>{pod(turn).meta.key, std::nullopt};
            }};
  }

  /// To the labels of the next deployment.
  [[nodiscard]] EventKind PodRelabelled() const {
    const auto change = [kinds = *this](size_t turn, bool moved) {
      k8s::Pod pod = kinds.Remote(turn);
      if (moved) {
        pod.meta.labels =
            MakePod(0, pod.meta.key.ns, (turn / kHomeNamespaces + 1) % kDeployments, "")
                .meta.labels;
      }
      return Now(std::move(pod));
    };
    const char* const name = "remote pod relabelled";
    return {name,
            name,
            [change](size_t turn) { return change(turn, true); },
            [change](size_t turn) {
              return change(turn, false);
            }};
  }

  [[nodiscard]] EventKind PolicyComes(const std::string& what, bool home) const {
    const size_t namespaces = size_.pods / kPodsPerNamespace;
    const auto policy = [namespaces, home](size_t turn) {
      const size_t ns =
          home ? turn % kHomeNamespaces : kHomeNamespaces + turn % (namespaces - kHomeNamespaces);
      return MakePolicy(PolicyKind::kAppToApp, NamespaceName(ns), "new", turn);
    };
    return {what + " comes",
            what + " goes",
            [policy](size_t turn) { return Now(policy(turn)); },
            [policy](size_t turn) {
              return Change<k8s::NetworkPolicy>{policy(turn).meta.key, std::nullopt};
            }};
  }

  /// Another namespace's hundred pods leave one team and join another.
  [[nodiscard]] EventKind NamespaceRelabelled() const {
    const size_t others = size_.pods / kPodsPerNamespace - kHomeNamespaces;
    const auto change = [others](size_t turn, bool moved) {
      const size_t number = kHomeNamespaces + turn % others;
      k8s::Namespace ns = MakeNamespace(number);
      if (moved) {
        ns.meta.labels["team"] = MakeNamespace(number + 1).meta.labels["team"];
      }
      return Now(std::move(ns));
    };
    const char* const name = "namespace relabelled";
    return {name,
            name,
            [change](size_t turn) { return change(turn, true); },
            [change](size_t turn) {
              return change(turn, false);
            }};
  }

  WorldSize size_;
};

}  // namespace

std::vector<EventKind> EventKinds(const WorldSize& size) {
  return Kinds(size).All();
}

}  // namespace portcullis::bench
