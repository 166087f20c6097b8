// SPDX-License-Identifier: Apache-2.0
//
// See proposal.h.
#include "controller/insight/proposal.h"

#include <algorithm>
#include <utility>

#include "controller/insight/close_names.h"

namespace portcullis::insight {
namespace {

template <typename T>
T* Find(std::vector<T>& objects, const k8s::ObjectKey& key) {
  const auto found = std::find_if(
      objects.begin(), objects.end(), [&](const T& each) { return each.meta.key == key; });
  return found == objects.end() ? nullptr : &*found;
}

/// The new state of an object as the cluster will have it: what only the server knows stays.
template <typename T>
T Updated(const T& now, T next) {
  k8s::ObjectMeta meta = now.meta;
  meta.labels = std::move(next.meta.labels);
  next.meta = std::move(meta);
  return next;
}

template <>
k8s::Pod Updated(const k8s::Pod& now, k8s::Pod next) {
  k8s::Pod updated = now;
  updated.meta.labels = std::move(next.meta.labels);
  updated.ports = std::move(next.ports);
  if (!next.addresses.empty()) {
    updated.addresses = std::move(next.addresses);
  }
  return updated;
}

class Putting {
 public:
  explicit Putting(k8s::Objects present) {
    proposed_.before = present;
    proposed_.after = std::move(present);
  }

  template <typename T>
  void Apply(const std::string& kind,
             const std::vector<T>& applied,
             std::vector<T> k8s::Objects::*list,
             bool is_assumed) {
    for (const T& next : applied) {
      T* const now = Find(proposed_.after.*list, next.meta.key);
      std::string what = is_assumed ? "assumed" : "created";
      if (now != nullptr) {
        T updated = Updated(*now, next);
        what = updated == *now ? "unchanged" : "changed";
        *now = std::move(updated);
      } else {
        (proposed_.after.*list).push_back(next);
        if (is_assumed) {
          (proposed_.before.*list).push_back(next);
        }
      }
      proposed_.changes.push_back({kind, next.meta.key, std::move(what)});
    }
  }

  Result<void> Delete(const k8s::ObjectKey& key) {
    auto& policies = proposed_.after.policies;
    const k8s::NetworkPolicy* const gone = Find(policies, key);
    if (gone == nullptr) {
      return Fail(ErrorCode::kNotFound, "there is no NetworkPolicy " + key.ToString() + Hint(key));
    }
    policies.erase(policies.begin() + (gone - policies.data()));
    proposed_.changes.push_back({"NetworkPolicy", key, "deleted"});
    return {};
  }

  Proposed Done() { return std::move(proposed_); }

 private:
  /// "; did you mean shop/web?"
  [[nodiscard]] std::string Hint(const k8s::ObjectKey& key) const {
    std::vector<std::string> names;
    for (const k8s::NetworkPolicy& policy : proposed_.before.policies) {
      names.push_back(policy.meta.key.ToString());
    }
    return DidYouMean(CloseNames(key.ToString(), names));
  }

  Proposed proposed_;
};

}  // namespace

Result<Proposed> Put(const Proposal& proposal, k8s::Objects present) {
  Putting putting(std::move(present));
  putting.Apply("Namespace", proposal.applied.namespaces, &k8s::Objects::namespaces, true);
  putting.Apply("Pod", proposal.applied.pods, &k8s::Objects::pods, true);
  putting.Apply("NetworkPolicy", proposal.applied.policies, &k8s::Objects::policies, false);
  for (const k8s::ObjectKey& key : proposal.deleted) {
    if (auto deleted = putting.Delete(key); !deleted) {
      return Fail(deleted.error());
    }
  }
  return putting.Done();
}

}  // namespace portcullis::insight
