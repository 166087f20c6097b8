// SPDX-License-Identifier: Apache-2.0
//
// A lab with what makes it a cluster: an API server, and `portcullis run` on every node. Whoever
// uses it changes objects and looks at packets. Neighbours: topology and probe below,
// tests/support/ api serves, judge compares.
#ifndef PORTCULLIS_TESTS_LAB_CLUSTER_H_
#define PORTCULLIS_TESTS_LAB_CLUSTER_H_

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "k8s-client/types.h"
#include "tests/lab/echo_servers.h"
#include "tests/lab/judge.h"
#include "tests/lab/probe.h"
#include "tests/lab/process.h"
#include "tests/lab/topology.h"
#include "tests/support/api/api_server.h"

namespace portcullis::lab {

struct ClusterSpec {
  LabSpec lab;
  std::vector<uint16_t> ports = {80, 81};
  uint8_t pods_per_node = 3;  ///< Named "p<node><number>", e.g. "p12"; more can be added.
  /// For the kubeconfig and logs, removed at the end; empty: a temporary one.
  std::filesystem::path folder;
};

class Cluster {
 public:
  /// The lab, its servers and the API server; no controller runs yet.
  explicit Cluster(ClusterSpec spec);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;
  Cluster(Cluster&&) = delete;
  Cluster& operator=(Cluster&&) = delete;

  [[nodiscard]] Lab& lab() { return lab_; }
  [[nodiscard]] EchoServers& servers() { return servers_; }
  [[nodiscard]] ProbeEngine& engine() { return engine_; }
  [[nodiscard]] test::ApiServer& api() { return *api_; }
  [[nodiscard]] Process& controller(size_t node) { return *controllers_.at(node); }
  [[nodiscard]] const k8s::Objects& objects() const { return objects_; }
  [[nodiscard]] std::filesystem::path folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path kubeconfig() const { return folder_ / "kubeconfig"; }

  /// A pod with its servers.
  const Pod& AddPod(size_t node, uint8_t number, const std::string& name);

  /// Has the API server hold these objects: writes those that differ, in their order, then deletes
  /// those that are gone.
  void Apply(const k8s::Objects& objects);

  /// Starts `portcullis run` on a node, or on all, and waits until it says that it enforces.
  /// Throws LabError, with the log, where it does not.
  void StartController(size_t node);
  void StartControllers();

  /// All questions, until they are right, and then once more; see judge.h.
  [[nodiscard]] Verdict JudgeAll();

  /// Opens the API server's port again after api().Stop().
  void RestartApi();

 private:
  std::filesystem::path folder_;
  Lab lab_;
  EchoServers servers_;
  ProbeEngine engine_;
  std::unique_ptr<test::ApiServer> api_;
  std::vector<std::unique_ptr<Process>> controllers_;
  k8s::Objects objects_;
};

/// The object that YAML describes. Throws LabError where it is none.
[[nodiscard]] k8s::NetworkPolicy PolicyFromYaml(std::string_view yaml);

/// The program `name` beside the one that runs.
[[nodiscard]] std::filesystem::path ProgramBesideThis(const std::string& name);

/// A clusters' kubeconfig without credentials.
[[nodiscard]] std::string KubeconfigText(const std::string& server);

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_CLUSTER_H_
