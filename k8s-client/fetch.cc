// SPDX-License-Identifier: Apache-2.0
//
// See fetch.h.
#include "k8s-client/fetch.h"

#include <iterator>
#include <type_traits>

#include "k8s-client/kinds.h"
#include "k8s-client/lister.h"

namespace portcullis::k8s {
namespace {

/// Gathers the one list there is. A list has no events.
template <typename T>
class Gatherer final : public Sink<T> {
 public:
  Gatherer(std::vector<T>& objects, const std::function<void(size_t)>& progress)
      : objects_(objects),
        progress_(progress) {}

  void BeginList() override { objects_.clear(); }
  void AddListed(std::vector<T> objects) override {
    objects_.insert(objects_.end(),
                    std::make_move_iterator(objects.begin()),
                    std::make_move_iterator(objects.end()));
    progress_(objects_.size());
  }
  void EndList() override {}
  void Upsert(T /*object*/) override {}
  void Delete(const ObjectKey& /*key*/) override {}

 private:
  std::vector<T>& objects_;
  const std::function<void(size_t)>& progress_;
};

/// Keeps what is said of single objects; the rest is for a watch.
class ProblemObserver final : public WatchObserver {
 public:
  explicit ProblemObserver(std::vector<std::string>& problems) : problems_(problems) {}

  void OnListed(const std::string& /*kind*/,
                size_t /*count*/,
                const std::string& /*resource_version*/,
                std::chrono::milliseconds /*duration*/) override {}
  void OnRelist(const std::string& /*kind*/, const std::string& /*reason*/) override {}
  void OnRetry(const std::string& /*kind*/,
               const Error& /*error*/,
               std::chrono::milliseconds /*delay*/) override {}
  void OnBadObject(const std::string& kind, const std::string& message) override {
    problems_.push_back(kind + " " + message);
  }
  void OnConnected(const std::string& /*kind*/, bool /*connected*/) override {}

 private:
  std::vector<std::string>& problems_;
};

template <typename T>
void GatherProblems(const ResourcePath& resource,
                    const std::vector<T>& objects,
                    std::vector<std::string>& problems) {
  for (const T& object : objects) {
    for (const std::string& problem : object.problems) {
      problems.push_back(resource.kind + " " + object.meta.key.ToString() + ": " + problem);
    }
  }
}

template <typename T>
Result<void> FetchKind(const Resource<T>& resource,
                       Transport& transport,
                       const FetchProgress& progress,
                       const std::stop_token& stop,
                       std::vector<T>& objects,
                       std::vector<std::string>& problems) {
  const std::function<void(size_t)> count = [&](size_t so_far) {
    if (progress) {
      progress(resource.where.plural, so_far);
    }
  };
  Gatherer<T> gatherer(objects, count);
  TypedTarget<T> target(resource, gatherer);
  ProblemObserver observer(problems);
  const ReflectorOptions options;
  const Context context{resource.where, transport, target, observer, options, stop, {"list"}};
  if (const auto listed = Lister(context).Run(); !listed) {
    return Fail(listed.error().error);
  }
  if constexpr (!std::is_same_v<T, Namespace>) {
    GatherProblems(resource.where, objects, problems);
  }
  return {};
}

}  // namespace

Result<LoadedObjects> FetchObjects(Transport& transport,
                                   const FetchProgress& progress,
                                   const std::stop_token& stop) {
  LoadedObjects loaded;
  Objects& objects = loaded.objects;
  // The pods last: where a right is missing, that is known before the long list.
  auto fetched =
      FetchKind(kNamespaces, transport, progress, stop, objects.namespaces, loaded.problems)
          .and_then([&] {
            return FetchKind(
                kNetworkPolicies, transport, progress, stop, objects.policies, loaded.problems);
          })
          .and_then([&] {
            return FetchKind(kPods, transport, progress, stop, objects.pods, loaded.problems);
          });
  if (!fetched) {
    return Fail(std::move(fetched).error());
  }
  return loaded;
}

}  // namespace portcullis::k8s
