// SPDX-License-Identifier: Apache-2.0
//
// An API server for tests and for the lab, in this process: pods, namespaces, nodes and network
// policies over HTTP or HTTPS as kube-apiserver serves them, and Events to write (list in pages,
// watch with bookmarks, both as JSON or as protobuf, create, replace, delete), and with faults on
// request. Between object_store (what there is) and any client. For loopback and network namespaces
// of tests only: cpp-httplib's server is not meant for more.
//
// Thread safety: every method but Stop() and Restart() may be called from any thread.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_API_SERVER_H_
#define PORTCULLIS_TESTS_SUPPORT_API_API_SERVER_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "k8s-client/types.h"
#include "tests/support/api/object_store.h"
#include "tests/support/api/target.h"
#include "tests/support/api/to_json.h"

namespace portcullis::test {

class ApiServer {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    int port = 0;         ///< 0: any.
    size_t threads = 64;  ///< Each watch occupies one.
    std::chrono::milliseconds bookmark_interval{60'000};
    /// HTTPS where these PEM files are set.
    std::string certificate_file;
    std::string key_file;
    std::string client_ca_file;  ///< Only clients with a certificate of this CA.
    std::string token;           ///< Only requests with this bearer token; empty: all.
    /// What pods serve, asked for through the pods' proxy URLs; empty: no pod can be reached.
    std::function<ProxiedAnswer(const ProxyTarget&)> pod_page;
    bool protobuf = true;  ///< Lists and watches speak it where Accept asks for it first.
  };

  /// Listens in the network namespace of the calling thread.
  /// ERRORS: kUnavailable where the address cannot be bound, kInvalidArgument for bad PEM files.
  [[nodiscard]] static Result<std::unique_ptr<ApiServer>> Start(Options options);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;
  ApiServer(ApiServer&&) = delete;
  ApiServer& operator=(ApiServer&&) = delete;

  [[nodiscard]] int port() const;
  /// "http://127.0.0.1:1234", IPv6 in brackets.
  [[nodiscard]] std::string url() const;

  // The objects.
  Result<SharedObject> ApplyJson(std::string_view json) { return store_.Apply(json); }
  template <typename T>
  Result<SharedObject> Apply(const T& object) {
    return store_.Apply(ToJson(object));
  }
  /// See ObjectStore.
  void ApplyPrepared(const PreparedObject& object) { store_.ApplyPrepared(object); }
  void DeletePrepared(const PreparedObject& object) { store_.DeletePrepared(object); }
  /// False where there was none. `kind` is "Pod", "Namespace", "Node" or "NetworkPolicy".
  bool Delete(std::string_view kind, const k8s::ObjectKey& key);
  [[nodiscard]] bool Exists(std::string_view kind, const k8s::ObjectKey& key) const;
  [[nodiscard]] uint64_t resource_version() const { return store_.version(); }
  /// Forgets the history: watches from older versions and lists half-way are answered with 410.
  void Compact() { store_.Compact(); }

  // Faults.
  /// Breaks all running watch connections off, without the end that HTTP demands.
  void CutWatches();
  /// Ends all running watches in order, as servers do after timeoutSeconds.
  void EndWatches();
  /// The next `count` requests are answered with `status` (and Retry-After, unless empty).
  void FailRequests(int count, int status, const std::string& retry_after = "");
  /// From now on requests whose path has `part` in it are answered with 403; "" ends it.
  void Forbid(const std::string& part);
  /// From now on requests are accepted and not answered, and watches stay open and silent.
  void SetStalled(bool stalled);
  /// Bodies come byte by byte.
  void SetSlow(bool slow);
  /// 410 comes as an ERROR event within a 200 answer, rather than as a status.
  void SetExpireAsEvent(bool as_event);
  /// Lists and watches from now on speak protobuf where Accept asks for it first, or JSON alone.
  void SetProtobuf(bool protobuf);
  /// All running watches, which must have nothing else to send, get these bytes as they are.
  void Inject(const std::string& bytes);
  /// Drops all connections and closes the port / opens the same port again. Objects stay.
  void Stop();
  [[nodiscard]] Result<void> Restart();

  // What was asked of the server since its start.
  [[nodiscard]] unsigned lists() const;
  [[nodiscard]] unsigned watches() const;
  /// Watches that run now.
  [[nodiscard]] unsigned running_watches() const;
  [[nodiscard]] unsigned requests() const;

 private:
  class Impl;  ///< What needs cpp-httplib's header.

  explicit ApiServer(Options options);

  ObjectStore store_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_API_SERVER_H_
