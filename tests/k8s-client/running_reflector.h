// SPDX-License-Identifier: Apache-2.0
//
// A reflector of pods on a thread of its own, with a sink and an observer that remember what they
// were told and let the test wait for it.
#ifndef PORTCULLIS_TESTS_K8S_CLIENT_RUNNING_REFLECTOR_H_
#define PORTCULLIS_TESTS_K8S_CLIENT_RUNNING_REFLECTOR_H_

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "k8s-client/curl_transport.h"
#include "k8s-client/kinds.h"
#include "k8s-client/reflector.h"

namespace portcullis::test {

/// What a reflector has said so far.
struct Heard {
  std::map<k8s::ObjectKey, k8s::Pod> pods;
  unsigned replaces = 0;      ///< Complete lists.
  std::vector<size_t> pages;  ///< The sizes of what lists came in.
  unsigned upserts = 0;
  unsigned deletes = 0;
  std::vector<std::string> relists;
  std::vector<std::pair<Error, std::chrono::milliseconds>> retries;
  std::vector<std::string> bad_objects;
  bool connected = false;
  unsigned connects = 0;

  [[nodiscard]] std::set<std::string> names() const;
};

/// Thread safety: all methods.
class Recorder : public k8s::Sink<k8s::Pod>, public k8s::WatchObserver {
 public:
  void BeginList() override;
  void AddListed(std::vector<k8s::Pod> objects) override;
  void EndList() override;
  void Upsert(k8s::Pod object) override;
  void Delete(const k8s::ObjectKey& key) override;
  void OnListed(const std::string& kind,
                size_t count,
                const std::string& resource_version,
                std::chrono::milliseconds duration) override;
  void OnRelist(const std::string& kind, const std::string& reason) override;
  void OnRetry(const std::string& kind,
               const Error& error,
               std::chrono::milliseconds delay) override;
  void OnBadObject(const std::string& kind, const std::string& message) override;
  void OnConnected(const std::string& kind, bool connected) override;

  /// Whether `ready(heard)` holds within a few seconds.
  template <typename Ready>
  bool WaitUntil(const Ready& ready) {
    constexpr std::chrono::seconds kPatience{20};
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return ready(heard_); });
  }

  [[nodiscard]] Heard Get() {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

 private:
  template <typename Edit>
  void Change(const Edit& edit) {
    const std::lock_guard lock(mutex_);
    edit(heard_);
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  Heard heard_;  // Protected by mutex_.
  std::map<k8s::ObjectKey, k8s::Pod>
      listed_;  ///< By the list under way; of the reflector's thread.
};

class RunningReflector {
 public:
  RunningReflector(k8s::ClientConfig config, const k8s::ReflectorOptions& options);
  RunningReflector(const std::string& url, const k8s::ReflectorOptions& options);
  explicit RunningReflector(const std::string& url) : RunningReflector(url, Quick()) {}

  /// Short waits, so that tests are quick; seeded.
  [[nodiscard]] static k8s::ReflectorOptions Quick();

  [[nodiscard]] Recorder& recorder() { return recorder_; }
  /// Waits until exactly these pods are known.
  [[nodiscard]] bool Knows(const std::set<std::string>& names);
  /// Waits until the watch stands for the n-th time.
  [[nodiscard]] bool Connects(unsigned times);
  /// Requests a stop; how long it took.
  std::chrono::milliseconds Stop();

 private:
  Recorder recorder_;
  k8s::ReflectorOptions options_;
  k8s::CurlTransport transport_;
  std::jthread thread_;
};

/// A running pod of the namespace "n".
[[nodiscard]] k8s::Pod MakePod(const std::string& name, const std::string& address = "10.0.0.1");

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_K8S_CLIENT_RUNNING_REFLECTOR_H_
