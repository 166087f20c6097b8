// SPDX-License-Identifier: Apache-2.0
//
// See running_reflector.h.
#include "tests/k8s-client/running_reflector.h"

namespace portcullis::test {
namespace {

k8s::ClientConfig ConfigFor(const std::string& url) {
  k8s::ClientConfig config;
  config.server = url;
  return config;
}

}  // namespace

std::set<std::string> Heard::names() const {
  std::set<std::string> names;
  for (const auto& [key, pod] : pods) {
    names.insert(key.name);
  }
  return names;
}

void Recorder::BeginList() {
  listed_.clear();
}

void Recorder::AddListed(std::vector<k8s::Pod> objects) {
  Change([&](Heard& heard) { heard.pages.push_back(objects.size()); });
  for (k8s::Pod& pod : objects) {
    k8s::ObjectKey key = pod.meta.key;
    listed_.insert_or_assign(std::move(key), std::move(pod));
  }
}

void Recorder::EndList() {
  Change([&](Heard& heard) {
    ++heard.replaces;
    heard.pods = std::exchange(listed_, {});
  });
}

void Recorder::Upsert(k8s::Pod object) {
  Change([&](Heard& heard) {
    ++heard.upserts;
    k8s::ObjectKey key = object.meta.key;
    heard.pods.insert_or_assign(std::move(key), std::move(object));
  });
}

void Recorder::Delete(const k8s::ObjectKey& key) {
  Change([&](Heard& heard) {
    ++heard.deletes;
    heard.pods.erase(key);
  });
}

void Recorder::OnListed(const std::string& /*kind*/,
                        size_t /*count*/,
                        const std::string& /*resource_version*/,
                        std::chrono::milliseconds /*duration*/) {
  // The sink's EndList says the same.
}

void Recorder::OnRelist(const std::string& /*kind*/, const std::string& reason) {
  Change([&](Heard& heard) { heard.relists.push_back(reason); });
}

void Recorder::OnRetry(const std::string& /*kind*/,
                       const Error& error,
                       std::chrono::milliseconds delay) {
  Change([&](Heard& heard) { heard.retries.emplace_back(error, delay); });
}

void Recorder::OnBadObject(const std::string& /*kind*/, const std::string& message) {
  Change([&](Heard& heard) { heard.bad_objects.push_back(message); });
}

void Recorder::OnConnected(const std::string& /*kind*/, bool connected) {
  Change([&](Heard& heard) {
    heard.connected = connected;
    heard.connects += connected ? 1U : 0U;
  });
}

RunningReflector::RunningReflector(const std::string& url, const k8s::ReflectorOptions& options)
    : RunningReflector(ConfigFor(url), options) {}

RunningReflector::RunningReflector(k8s::ClientConfig config, const k8s::ReflectorOptions& options)
    : options_(options),
      transport_(std::move(config)),
      thread_([this](const std::stop_token& stop) {
        k8s::RunReflector<k8s::Pod>(k8s::kPods, transport_, recorder_, recorder_, options_, stop);
      }) {}

k8s::ReflectorOptions RunningReflector::Quick() {
  k8s::ReflectorOptions options;
  options.initial_backoff = std::chrono::milliseconds(5);
  options.max_backoff = std::chrono::milliseconds(50);
  options.seed = 1;
  return options;
}

bool RunningReflector::Knows(const std::set<std::string>& names) {
  return recorder_.WaitUntil([&](const Heard& heard) { return heard.names() == names; });
}

bool RunningReflector::Connects(unsigned times) {
  return recorder_.WaitUntil([&](const Heard& heard) { return heard.connects >= times; });
}

std::chrono::milliseconds RunningReflector::Stop() {
  const auto started = std::chrono::steady_clock::now();
  thread_.request_stop();
  thread_.join();
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               started);
}

k8s::Pod MakePod(const std::string& name, const std::string& address) {
  k8s::Pod pod;
  pod.meta.key = {"n", name};
  pod.phase = k8s::PodPhase::kRunning;
  pod.addresses = {*IpAddress::Parse(address)};
  return pod;
}

}  // namespace portcullis::test
