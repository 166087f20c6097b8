// SPDX-License-Identifier: Apache-2.0
//
// Writes bodies to a kube-apiserver, as who is in charge of each part does: a pod is created,
// bound, given a status, asked to end, and removed. One connection; one thread at a time.
#ifndef PORTCULLIS_TESTS_BENCH_WHOLE_KUBE_CLIENT_H_
#define PORTCULLIS_TESTS_BENCH_WHOLE_KUBE_CLIENT_H_

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "tests/bench/whole/bodies.h"
#include "tests/lab/topology.h"

namespace portcullis::bench {

struct KubeEndpoint {
  std::string address;
  int port = 0;
  std::string ca_file;
  std::string token;
};

/// Which objects there are; what has been said of each pod so far.
class KubeObjects {
 public:
  struct Known {
    bool there = false;
    bool bound = false;
    bool deleting = false;
  };
  [[nodiscard]] Known Get(const test::PreparedObject& object);
  void Set(const test::PreparedObject& object, const Known& known);

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, Known> known_;  ///< Protected by mutex_.
};

class KubeClient {
 public:
  /// Connects from the network namespace that the calling thread is in, at the first request.
  KubeClient(const KubeEndpoint& endpoint, KubeObjects& objects);
  ~KubeClient();
  KubeClient(const KubeClient&) = delete;
  KubeClient& operator=(const KubeClient&) = delete;
  KubeClient(KubeClient&&) = delete;
  KubeClient& operator=(KubeClient&&) = delete;

  [[nodiscard]] bool IsReady();
  /// A node with its address and the block of its pods. Throws LabError.
  void CreateNode(const std::string& name, const std::string& address, const std::string& pods);
  /// Throws LabError where the server refuses.
  void Write(const Body& body);
  void Delete(const Body& body);

 private:
  class Connection;  ///< What needs cpp-httplib's header.

  void WritePod(const Body& body);
  void Create(const test::PreparedObject& object);
  void Replace(const test::PreparedObject& object);

  KubeObjects& objects_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_WHOLE_KUBE_CLIENT_H_
