// SPDX-License-Identifier: Apache-2.0
//
// The API server that the program under test talks to, from the side of who writes objects: the
// project's own in this process (own_api), or a real kube-apiserver (kube_api).
//
// Thread safety: one thread writes.
#ifndef PORTCULLIS_TESTS_BENCH_WHOLE_WHOLE_API_H_
#define PORTCULLIS_TESTS_BENCH_WHOLE_WHOLE_API_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "tests/bench/whole/bodies.h"
#include "tests/lab/topology.h"

namespace portcullis::bench {

inline constexpr char kOwnApi[] = "own API server";

class WholeApi {
 public:
  WholeApi() = default;
  virtual ~WholeApi() = default;
  WholeApi(const WholeApi&) = delete;
  WholeApi& operator=(const WholeApi&) = delete;
  WholeApi(WholeApi&&) = delete;
  WholeApi& operator=(WholeApi&&) = delete;

  /// kOwnApi, or "kube-apiserver".
  [[nodiscard]] virtual std::string Name() const = 0;
  /// With credentials for the program under test.
  [[nodiscard]] virtual std::filesystem::path Kubeconfig() const = 0;

  /// Writes `count` objects that are not there yet, in any order, as fast as it goes.
  virtual void Load(size_t count, const std::function<Body(size_t)>& body) = 0;
  /// Creates or replaces one; on return a watch may have it.
  virtual void Write(const Body& body) = 0;
  virtual void Delete(const Body& body) = 0;

  /// Breaks every watch so that it cannot be resumed; false where this server does not let itself
  /// be told so.
  virtual bool ExpireWatches() = 0;
  /// Of the server, where it is a process of its own; else 0.
  [[nodiscard]] virtual pid_t pid() const = 0;
};

/// HTTPS with a certificate of its own and a bearer token, as in a cluster, on the lab's API host.
/// Its files go into `folder`. Throws LabError.
[[nodiscard]] std::unique_ptr<WholeApi> StartOwnApi(const lab::Host& host,
                                                    const std::filesystem::path& folder);

/// A kubeconfig for a token, with the CA that is in `folder` as ca.pem.
[[nodiscard]] std::filesystem::path WriteKubeconfig(const std::filesystem::path& folder,
                                                    const std::string& server,
                                                    const std::string& token);

}  // namespace portcullis::bench

#endif  // PORTCULLIS_TESTS_BENCH_WHOLE_WHOLE_API_H_
