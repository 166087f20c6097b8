// SPDX-License-Identifier: Apache-2.0
//
// Seeded random objects, changes and connections, made to meet the corners of docs/semantics.md
// rather than to look like a cluster: few labels and addresses, so that selectors, names and blocks
// hit and miss about as often. The same seed gives the same values on every platform.
#ifndef PORTCULLIS_TESTS_SUPPORT_ORACLE_GENERATOR_H_
#define PORTCULLIS_TESTS_SUPPORT_ORACLE_GENERATOR_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "k8s-client/types.h"
#include "tests/support/oracle/oracle.h"

namespace portcullis::test {

class Random {
 public:
  explicit Random(uint64_t seed) : engine_(seed) {}

  /// 0 ... bound - 1. REQUIRES: bound > 0.
  [[nodiscard]] size_t Below(size_t bound) { return static_cast<size_t>(engine_() % bound); }
  /// True in `percent` of 100 cases.
  [[nodiscard]] bool Chance(size_t percent) { return Below(100) < percent; }
  /// REQUIRES: !choices.empty().
  template <typename T>
  [[nodiscard]] const T& Pick(const std::vector<T>& choices) {
    return choices[Below(choices.size())];
  }

 private:
  std::mt19937_64 engine_;
};

struct GeneratorOptions {
  std::vector<std::string> namespaces = {"x", "y", "z"};
  std::vector<std::string> nodes = {"node1", "node2"};
  std::vector<std::string> label_keys = {"app", "tier", "env"};
  std::vector<std::string> label_values = {"a", "b", ""};
  std::vector<std::string> port_names = {"http", "dns"};
  std::vector<uint16_t> ports = {53, 80, 81, 8080};
  /// Blocks that policies name, beside blocks around pods' addresses.
  std::vector<std::string> cidr_pool = {"0.0.0.0/0", "::/0", "10.0.0.0/28", "fd00::/124"};
  size_t audited = 15;  ///< Of 100 policies.
  bool ipv4 = true;
  bool ipv6 = true;
  /// What the API server refuses and the decoder leaves matching nothing: selectors that were not
  /// understood, lists with no entry left (1.11, 4.3).
  bool malformed = true;
};

/// A whole world: pods of every kind of section 8, some of them without a Namespace, and policies.
[[nodiscard]] k8s::Objects RandomObjects(Random& random, const GeneratorOptions& options);

/// A policy over the pods and namespaces that `objects` has, in one of its namespaces.
[[nodiscard]] k8s::NetworkPolicy RandomPolicy(Random& random,
                                              const k8s::Objects& objects,
                                              const GeneratorOptions& options,
                                              const std::string& name);

/// Relabels a pod or a namespace, or adds, deletes or changes a policy; says which.
[[nodiscard]] std::string MutateLabelsOrPolicies(Random& random,
                                                 k8s::Objects& objects,
                                                 const GeneratorOptions& options);

/// As above, or brings, ends, moves or deletes a pod or a namespace.
[[nodiscard]] std::string Mutate(Random& random,
                                 k8s::Objects& objects,
                                 const GeneratorOptions& options);

/// Both ends of one family, drawn from the pods' addresses, the edges of the policies' blocks and
/// outside; ports from the edges of the policies' ports.
[[nodiscard]] Connection RandomConnection(Random& random,
                                          const k8s::Objects& objects,
                                          const GeneratorOptions& options);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_ORACLE_GENERATOR_H_
