// SPDX-License-Identifier: Apache-2.0
//
// See pod_classes.h.
#include "controller/policy/pod_classes.h"

#include <utility>

namespace portcullis::policy {

PodClasses::PodClasses(Vocabulary& vocabulary) : vocabulary_(vocabulary), ids_(KeyOf{&classes_}) {}

size_t PodClasses::KeyHash::operator()(const ClassKey& key) const {
  const size_t pair = MixHash(key.local ? 1 : 0, (uint64_t{key.ns} << 32U) | key.labels);
  return MixHash(pair, key.ports);
}

PodClasses::Acquired PodClasses::Acquire(const ClassKey& key) {
  if (const auto found = ids_.Find(key)) {
    ++classes_[*found].pods;
    vocabulary_.ReleaseText(key.ns);
    vocabulary_.ReleaseLabels(key.labels);
    vocabulary_.ReleasePorts(key.ports);
    return {*found, false};
  }
  PodClass pod_class;
  pod_class.key = key;
  pod_class.pods = 1;
  const uint32_t id = classes_.Add(std::move(pod_class));
  ids_.Add(id);
  Link(id);
  if (key.local) {
    local_.insert(id);
  }
  return {id, true};
}

void PodClasses::Remove(uint32_t id) {
  const ClassKey key = classes_[id].key;
  Unlink(id);
  local_.erase(id);
  ids_.Remove(id);
  classes_.Remove(id);
  DropUnused(key.ns);
  vocabulary_.ReleaseText(key.ns);
  vocabulary_.ReleaseLabels(key.labels);
  vocabulary_.ReleasePorts(key.ports);
}

void PodClasses::Link(uint32_t id) {
  PodClass& added = classes_[id];
  uint32_t& first = NamespaceOf(added.key.ns).first_class[added.key.local ? 1 : 0];
  added.next = first;
  if (first != kNone) {
    classes_[first].previous = id;
  }
  first = id;
}

void PodClasses::Unlink(uint32_t id) {
  const PodClass& removed = classes_[id];
  if (removed.next != kNone) {
    classes_[removed.next].previous = removed.previous;
  }
  if (removed.previous != kNone) {
    classes_[removed.previous].next = removed.next;
  } else {
    NamespaceOf(removed.key.ns).first_class[removed.key.local ? 1 : 0] = removed.next;
  }
}

PodClasses::NamespaceState& PodClasses::NamespaceOf(uint32_t ns) {
  const auto [entry, is_new] = namespaces_.try_emplace(ns);
  if (is_new) {
    vocabulary_.RetainText(ns);
  }
  return entry->second;
}

void PodClasses::DropUnused(uint32_t ns) {
  const auto found = namespaces_.find(ns);
  const NamespaceState& state = found->second;
  if (!state.labels && state.first_class[0] == kNone && state.first_class[1] == kNone) {
    namespaces_.erase(found);
    vocabulary_.ReleaseText(ns);
  }
}

bool PodClasses::SetNamespace(const std::string& name, const k8s::Labels& labels, uint32_t list) {
  const uint32_t ns = vocabulary_.AcquireText(name);
  NamespaceState& state = NamespaceOf(ns);
  vocabulary_.ReleaseText(ns);
  const auto before = std::exchange(state.labels, vocabulary_.AcquireLabels(labels));
  state.list = list;
  if (before) {
    vocabulary_.ReleaseLabels(*before);
  } else {
    ++known_;
  }
  return before != state.labels;
}

bool PodClasses::ForgetNamespace(const std::string& name) {
  const auto ns = vocabulary_.FindText(name);
  const auto found = ns ? namespaces_.find(*ns) : namespaces_.end();
  if (found == namespaces_.end() || !found->second.labels) {
    return false;
  }
  vocabulary_.ReleaseLabels(*found->second.labels);
  found->second.labels.reset();
  --known_;
  DropUnused(*ns);
  return true;
}

std::vector<std::string> PodClasses::NamespacesBefore(uint32_t list) const {
  std::vector<std::string> names;
  for (const auto& [ns, state] : namespaces_) {
    if (state.labels && state.list < list) {
      names.push_back(vocabulary_.TextOf(ns));
    }
  }
  return names;
}

const LabelList* PodClasses::LabelsOfNamespace(uint32_t ns) const {
  const auto found = namespaces_.find(ns);
  return found == namespaces_.end() || !found->second.labels
             ? nullptr
             : &vocabulary_.LabelsOf(*found->second.labels);
}

}  // namespace portcullis::policy
