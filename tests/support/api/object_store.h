// SPDX-License-Identifier: Apache-2.0
//
// What etcd and the watch cache are to a real API server: versioned objects, consistent snapshots
// to list page by page, and the history that watches read, until it is compacted. Knows no HTTP;
// api_server is its front.
//
// Thread safety: every method may be called from any thread.
#ifndef PORTCULLIS_TESTS_SUPPORT_API_OBJECT_STORE_H_
#define PORTCULLIS_TESTS_SUPPORT_API_OBJECT_STORE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/result.h"
#include "k8s-client/types.h"
#include "tests/support/api/stored_object.h"

namespace portcullis::test {

struct KindInfo {
  std::string kind;
  std::string api_version;
  std::string prefix;  ///< Of its URLs: "/api/v1".
  std::string plural;
  bool namespaced = true;
};

/// The kinds that are stored.
[[nodiscard]] const std::vector<KindInfo>& Kinds();
/// The one named "Pod" ...; null where there is none.
[[nodiscard]] const KindInfo* FindKind(std::string_view kind);

/// An object as text but for the digits of its resourceVersion, which go between the two halves.
struct PreparedObject {
  const KindInfo* kind = nullptr;
  k8s::ObjectKey key;
  std::string before;
  std::string after;
};

struct StoredEvent {
  uint64_t version = 0;
  std::string type;  ///< "ADDED", "MODIFIED", "DELETED".
  SharedObject object;
};

struct StoredPage {
  std::vector<SharedObject> items;
  uint64_t version = 0;  ///< Of the snapshot that the list is read from.
  std::string continue_token;
};

class ObjectStore {
 public:
  /// Creates the object or replaces it, and returns it as stored: with resourceVersion, uid,
  /// creationTimestamp and generation, a Namespace also with its label kubernetes.io/metadata.name
  /// (4.7). ERRORS: kInvalidArgument for what is no object of a known kind with a name.
  Result<SharedObject> Apply(std::string_view json_text);

  /// The same for an object that must not be there yet.
  /// ERRORS: as Apply(), and kConflict where it is.
  Result<SharedObject> Create(std::string_view json_text);

  /// As Apply(), for benchmarks that write thousands a second: the text is stored as it is, with
  /// the version alone filled in. REQUIRES: it is an object of that kind and key, as Apply() leaves
  /// it.
  void ApplyPrepared(const PreparedObject& object);
  /// As Delete(), with this text as the last state.
  void DeletePrepared(const PreparedObject& object);

  /// The object as it was; null where there was none.
  SharedObject Delete(const KindInfo& kind, const k8s::ObjectKey& key);

  [[nodiscard]] SharedObject Get(const KindInfo& kind, const k8s::ObjectKey& key) const;
  [[nodiscard]] uint64_t version() const;

  /// A page of at most `limit` objects (0: all), the first or the one that `token` stands for.
  /// `ns` empty: of all namespaces.
  /// ERRORS: kExpired where the token's snapshot is compacted.
  [[nodiscard]] Result<StoredPage> List(const KindInfo& kind,
                                        const std::string& ns,
                                        size_t limit,
                                        const std::string& token);

  /// Whether a new watch may begin at `version`.
  /// ERRORS: kExpired where the history since then is compacted.
  [[nodiscard]] Result<void> CheckWatchFrom(uint64_t version) const;

  struct Events {
    std::vector<StoredEvent> events;
    uint64_t version = 0;  ///< What the events lead to.
  };
  /// The events of `kind` after `version`, for a watch that runs.
  /// ERRORS: kExpired where some of them are compacted.
  [[nodiscard]] Result<Events> EventsAfter(const KindInfo& kind, uint64_t version) const;

  /// Forgets all history: watches from an older version, and lists half-way, have expired.
  void Compact();

  /// Called, without locks held, after each change.
  void OnChange(std::function<void()> listener);

 private:
  using Snapshot = std::shared_ptr<const std::vector<SharedObject>>;
  struct KindState {
    std::map<k8s::ObjectKey, SharedObject> objects;
    std::deque<StoredEvent> history;
    std::map<uint64_t, Snapshot> snapshots;  ///< By version; what lists under way are read from.
    uint64_t changed = 0;                    ///< The last change's version.
    uint64_t dropped = 0;                    ///< The last event that was compacted.
  };

  Result<SharedObject> Write(std::string_view json_text, bool may_exist);
  Result<SharedObject> Store(nlohmann::json object, bool may_exist);
  // Both with mutex_ held.
  uint64_t TakeSnapshot(KindState& state);
  void Note(KindState& state, const char* type, SharedObject object);

  mutable std::mutex mutex_;
  // Protected by mutex_.
  std::map<std::string, KindState> kinds_;
  uint64_t version_ = 1;
  uint64_t compacted_ = 0;  ///< What happened up to this version is forgotten.
  std::function<void()> listener_;
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_SUPPORT_API_OBJECT_STORE_H_
