// SPDX-License-Identifier: Apache-2.0
//
// See object_store.h.
#include "tests/support/api/object_store.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>

#include <nlohmann/json.hpp>

namespace portcullis::test {
namespace {

using nlohmann::json;

constexpr size_t kMaxSnapshots = 16;  // Of a kind: lists that may be under way at once.

std::string Now() {
  const time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, sizeof "2026-01-01T00:00:00Z"> text{};
  (void)std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

/// A UID that tells its origin: the version at which the object was created.
std::string UidOf(uint64_t version) {
  std::string digits = std::to_string(version);
  return "00000000-0000-4000-8000-" + std::string(12 - std::min<size_t>(digits.size(), 12), '0') +
         digits;
}

k8s::ObjectKey KeyOf(const KindInfo& kind, const json& meta) {
  return {kind.namespaced ? meta.value("namespace", "") : "", meta.value("name", "")};
}

/// What makes an object an acceptable one of a known kind.
Result<const KindInfo*> Check(const json& object) {
  if (!object.is_object() || !object.contains("metadata") || !object["metadata"].is_object()) {
    return Fail(ErrorCode::kInvalidArgument, "the body is no object with metadata");
  }
  const KindInfo* kind = FindKind(object.value("kind", ""));
  if (kind == nullptr || object.value("apiVersion", "") != kind->api_version) {
    return Fail(ErrorCode::kInvalidArgument, "the object is of no known kind and version");
  }
  const k8s::ObjectKey key = KeyOf(*kind, object["metadata"]);
  if (key.name.empty() || key.ns.empty() == kind->namespaced) {
    return Fail(ErrorCode::kInvalidArgument, "the object has no name or no namespace");
  }
  return kind;
}

std::string TooOld(uint64_t version, uint64_t compacted) {
  return "too old resource version: " + std::to_string(version) + " (" + std::to_string(compacted) +
         ")";
}

/// "version:index"; version 0, of which there is no snapshot, for what is no token.
std::pair<uint64_t, size_t> ParseToken(const std::string& token) {
  std::pair<uint64_t, size_t> parsed{0, 0};
  const char* end = token.data() + token.size();
  const auto version = std::from_chars(token.data(), end, parsed.first);
  if (version.ptr != end && *version.ptr == ':') {
    std::from_chars(version.ptr + 1, end, parsed.second);
  }
  return parsed;
}

std::string FieldOf(const SharedObject& object, const char* field) {
  return json::parse(object->json()).at("metadata").value(field, "");
}

/// It grows with the spec, whatever happens to the rest (1.9).
int64_t NextGeneration(const json& old, const json& now) {
  const int64_t generation = old.at("metadata").value("generation", int64_t{1});
  return old.value("spec", json()) == now.value("spec", json()) ? generation : generation + 1;
}

SharedObject AtVersion(const PreparedObject& object, uint64_t version) {
  return std::make_shared<const StoredObject>(
      object.kind->kind, object.key, object.before + std::to_string(version) + object.after);
}

}  // namespace

const std::vector<KindInfo>& Kinds() {
  static const std::vector<KindInfo> kKinds = {
      {"Pod", "v1", "/api/v1", "pods", true},
      {"Namespace", "v1", "/api/v1", "namespaces", false},
      {"Node", "v1", "/api/v1", "nodes", false},
      {"NetworkPolicy",
       "networking.k8s.io/v1",
       "/apis/networking.k8s.io/v1",
       "networkpolicies",
       true},
      {"Event", "events.k8s.io/v1", "/apis/events.k8s.io/v1", "events", true}};
  return kKinds;
}

const KindInfo* FindKind(std::string_view kind) {
  const auto found = std::find_if(
      Kinds().begin(), Kinds().end(), [&](const KindInfo& info) { return info.kind == kind; });
  return found == Kinds().end() ? nullptr : &*found;
}

Result<SharedObject> ObjectStore::Apply(std::string_view json_text) {
  return Write(json_text, /*may_exist=*/true);
}

Result<SharedObject> ObjectStore::Create(std::string_view json_text) {
  return Write(json_text, /*may_exist=*/false);
}

Result<SharedObject> ObjectStore::Write(std::string_view json_text, bool may_exist) {
  try {
    auto stored = Store(json::parse(json_text), may_exist);
    if (stored && listener_) {
      listener_();
    }
    return stored;
  } catch (const json::exception& error) {
    return Fail(ErrorCode::kInvalidArgument, error.what());
  }
}

Result<SharedObject> ObjectStore::Store(json object, bool may_exist) {
  const auto kind = Check(object);
  if (!kind) {
    return Fail(kind.error());
  }
  const std::lock_guard lock(mutex_);
  json& meta = object["metadata"];
  const k8s::ObjectKey key = KeyOf(**kind, meta);
  KindState& state = kinds_[(*kind)->kind];
  const auto old = state.objects.find(key);
  const bool exists = old != state.objects.end();
  if (exists && !may_exist) {
    return Fail(ErrorCode::kConflict, (*kind)->plural + " \"" + key.name + "\" already exists");
  }
  ++version_;
  meta["resourceVersion"] = std::to_string(version_);
  if (meta.value("uid", "").empty()) {
    meta["uid"] = exists ? FieldOf(old->second, "uid") : UidOf(version_);
  }
  if (!meta.contains("creationTimestamp") || !meta["creationTimestamp"].is_string()) {
    meta["creationTimestamp"] = exists ? FieldOf(old->second, "creationTimestamp") : Now();
  }
  if ((*kind)->kind == "NetworkPolicy") {
    meta["generation"] = exists ? NextGeneration(json::parse(old->second->json()), object) : 1;
  }
  if ((*kind)->kind == "Namespace") {
    meta["labels"]["kubernetes.io/metadata.name"] = key.name;
  }
  auto stored = std::make_shared<const StoredObject>((*kind)->kind, key, object.dump());
  state.objects[key] = stored;
  Note(state, exists ? "MODIFIED" : "ADDED", stored);
  return stored;
}

void ObjectStore::ApplyPrepared(const PreparedObject& object) {
  {
    const std::lock_guard lock(mutex_);
    KindState& state = kinds_[object.kind->kind];
    auto stored = AtVersion(object, ++version_);
    const bool added = state.objects.insert_or_assign(object.key, stored).second;
    Note(state, added ? "ADDED" : "MODIFIED", stored);
  }
  if (listener_) {
    listener_();
  }
}

void ObjectStore::DeletePrepared(const PreparedObject& object) {
  {
    const std::lock_guard lock(mutex_);
    KindState& state = kinds_[object.kind->kind];
    if (state.objects.erase(object.key) == 0) {
      return;
    }
    auto last = AtVersion(object, ++version_);
    Note(state, "DELETED", std::move(last));
  }
  if (listener_) {
    listener_();
  }
}

SharedObject ObjectStore::Delete(const KindInfo& kind, const k8s::ObjectKey& key) {
  SharedObject deleted;
  {
    const std::lock_guard lock(mutex_);
    KindState& state = kinds_[kind.kind];
    const auto found = state.objects.find(key);
    if (found == state.objects.end()) {
      return nullptr;
    }
    // A DELETED event carries the last state with the version of the deletion.
    json last = json::parse(found->second->json());
    last["metadata"]["resourceVersion"] = std::to_string(++version_);
    deleted = std::make_shared<const StoredObject>(kind.kind, key, last.dump());
    state.objects.erase(found);
    Note(state, "DELETED", deleted);
  }
  if (listener_) {
    listener_();
  }
  return deleted;
}

SharedObject ObjectStore::Get(const KindInfo& kind, const k8s::ObjectKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto state = kinds_.find(kind.kind);
  if (state == kinds_.end()) {
    return nullptr;
  }
  const auto found = state->second.objects.find(key);
  return found == state->second.objects.end() ? nullptr : found->second;
}

uint64_t ObjectStore::version() const {
  const std::lock_guard lock(mutex_);
  return version_;
}

Result<StoredPage> ObjectStore::List(const KindInfo& kind,
                                     const std::string& ns,
                                     size_t limit,
                                     const std::string& token) {
  const std::lock_guard lock(mutex_);
  KindState& state = kinds_[kind.kind];
  auto [version, begin] =
      token.empty() ? std::pair(TakeSnapshot(state), size_t{0}) : ParseToken(token);
  const auto snapshot = state.snapshots.find(version);
  if (snapshot == state.snapshots.end()) {
    return Fail(ErrorCode::kExpired, "The provided continue parameter is too old");
  }
  const std::vector<SharedObject>& objects = *snapshot->second;
  StoredPage page;
  page.version = version;
  size_t at = begin;
  for (; at < objects.size() && (limit == 0 || page.items.size() < limit); ++at) {
    if (ns.empty() || objects[at]->key().ns == ns) {
      page.items.push_back(objects[at]);
    }
  }
  if (at < objects.size()) {
    page.continue_token = std::to_string(version) + ":" + std::to_string(at);
  }
  return page;
}

uint64_t ObjectStore::TakeSnapshot(KindState& state) {
  const auto newest = state.snapshots.rbegin();
  if (newest != state.snapshots.rend() && newest->first >= state.changed) {
    // Nothing of this kind has changed since.
    const Snapshot same = newest->second;
    state.snapshots.insert_or_assign(version_, same);
  } else {
    auto objects = std::make_shared<std::vector<SharedObject>>();
    objects->reserve(state.objects.size());
    for (const auto& entry : state.objects) {
      objects->push_back(entry.second);
    }
    state.snapshots[version_] = std::move(objects);
  }
  if (state.snapshots.size() > kMaxSnapshots) {
    state.snapshots.erase(state.snapshots.begin());
  }
  return version_;
}

void ObjectStore::Note(KindState& state, const char* type, SharedObject object) {
  state.changed = version_;
  state.history.push_back({version_, type, std::move(object)});
}

Result<void> ObjectStore::CheckWatchFrom(uint64_t version) const {
  const std::lock_guard lock(mutex_);
  if (version < compacted_) {
    return Fail(ErrorCode::kExpired, TooOld(version, compacted_));
  }
  return {};
}

Result<ObjectStore::Events> ObjectStore::EventsAfter(const KindInfo& kind, uint64_t version) const {
  const std::lock_guard lock(mutex_);
  Events result;
  result.version = version_;
  const auto state = kinds_.find(kind.kind);
  if (state == kinds_.end()) {
    return result;
  }
  if (version < state->second.dropped) {
    return Fail(ErrorCode::kExpired, TooOld(version, compacted_));
  }
  const auto& history = state->second.history;
  const auto first = std::upper_bound(
      history.begin(), history.end(), version, [](uint64_t value, const StoredEvent& event) {
        return value < event.version;
      });
  result.events.assign(first, history.end());
  return result;
}

void ObjectStore::Compact() {
  const std::lock_guard lock(mutex_);
  ++version_;  // Something else in etcd has changed: what was listed before is old.
  compacted_ = version_;
  for (auto& [kind, state] : kinds_) {
    state.snapshots.clear();
    if (!state.history.empty()) {
      state.dropped = state.history.back().version;
      state.history.clear();
    }
  }
}

void ObjectStore::OnChange(std::function<void()> listener) {
  const std::lock_guard lock(mutex_);
  listener_ = std::move(listener);
}

}  // namespace portcullis::test
