// SPDX-License-Identifier: Apache-2.0
//
// Kubernetes objects for the pods of a lab, and random changes that keep to its addresses:
// policies, labels, and pods that end, come back or hand their address to another. Seeded.
// Neighbours: the generator of tests/support/oracle makes policies; judge asks the packets.
#ifndef PORTCULLIS_TESTS_LAB_RANDOM_WORLD_H_
#define PORTCULLIS_TESTS_LAB_RANDOM_WORLD_H_

#include <map>
#include <string>

#include "k8s-client/types.h"
#include "tests/lab/topology.h"
#include "tests/support/oracle/generator.h"

namespace portcullis::lab {

/// A running pod object for `pod`, without labels, as the API has it.
[[nodiscard]] k8s::Pod PodObject(const Pod& pod, const std::string& ns, const std::string& name);
[[nodiscard]] k8s::Namespace NamespaceObject(const std::string& name, k8s::Labels labels = {});

/// Namespace `ns` with pods of the lab, each with label app=<value>, by the pods' names.
[[nodiscard]] k8s::Objects ObjectsWithApps(const Lab& lab,
                                           const std::string& ns,
                                           const std::map<std::string, std::string>& apps);

/// Selectors, blocks and ports that meet what the lab has.
[[nodiscard]] test::GeneratorOptions OptionsFor(const Lab& lab, const std::vector<uint16_t>& ports);

/// Every pod of the lab as an object with random labels and named ports, in random namespaces; no
/// policies.
[[nodiscard]] k8s::Objects RandomPods(test::Random& random,
                                      const Lab& lab,
                                      const test::GeneratorOptions& options);

/// One change; says which.
[[nodiscard]] std::string RandomChange(test::Random& random,
                                       k8s::Objects& objects,
                                       const test::GeneratorOptions& options);

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_RANDOM_WORLD_H_
