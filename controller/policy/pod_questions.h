// SPDX-License-Identifier: Apache-2.0
//
// Whether there is any pod of a kind in the cluster: what people have to know of the selectors and
// port names of their policies (insight/findings.h). Asks classes, never pod by pod, and stops at
// the first that fits. Pure. Asked through engine.h.
#ifndef PORTCULLIS_CONTROLLER_POLICY_POD_QUESTIONS_H_
#define PORTCULLIS_CONTROLLER_POLICY_POD_QUESTIONS_H_

#include <string>

#include "controller/policy/identity.h"
#include "controller/policy/pod_classes.h"
#include "controller/policy/pod_store.h"
#include "controller/policy/vocabulary.h"
#include "k8s-client/types.h"

namespace portcullis::policy {

class PodQuestions {
 public:
  /// All must outlive it.
  PodQuestions(const Vocabulary& vocabulary, const PodClasses& classes, const PodStore& pods)
      : vocabulary_(vocabulary),
        classes_(classes),
        pods_(pods) {}

  /// Whether a live pod is in the scope. REQUIRES: it is not LocalPods.
  [[nodiscard]] bool AnyPod(const PodScope& scope) const;

  /// Whether one of them has a port of this name and protocol (6.7), and an address within `block`
  /// unless that is null (6.9). REQUIRES: as above.
  [[nodiscard]] bool AnyPodWithPort(const PodScope& scope,
                                    const std::string& name,
                                    k8s::Protocol protocol,
                                    const k8s::IpBlock* block) const;

  /// Whether a known namespace has such labels.
  [[nodiscard]] bool AnyNamespace(const k8s::LabelSelector& selector) const;

 private:
  template <typename Fits>
  [[nodiscard]] bool AnyClass(const PodScope& scope, const Fits& fits) const;
  template <typename Fits>
  [[nodiscard]] bool AnyClassOf(const PeerSelectorId& id, const Fits& fits) const;
  [[nodiscard]] bool HasPort(uint32_t pod_class, uint32_t name, k8s::Protocol protocol) const;
  [[nodiscard]] bool IsInside(uint32_t pod_class, const k8s::IpBlock& block) const;

  const Vocabulary& vocabulary_;
  const PodClasses& classes_;
  const PodStore& pods_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_POD_QUESTIONS_H_
