// SPDX-License-Identifier: Apache-2.0
//
// See named_ports.h.
#include "controller/policy/named_ports.h"

#include <algorithm>

namespace portcullis::policy {

NamedPorts::NamedPorts(Vocabulary& vocabulary, PodClasses& classes, PeerSelectors& selectors)
    : vocabulary_(vocabulary),
      classes_(classes),
      selectors_(selectors) {}

uint32_t NamedPorts::Acquire(const Question& question, uint32_t group) {
  const auto found = by_question_.find(question);
  if (found != by_question_.end()) {
    ++queries_[found->second].groups[group];
    return found->second;
  }
  Query query;
  query.question = question;
  query.port = {vocabulary_.AcquireText(question.name), question.protocol};
  if (const auto* peer = std::get_if<PeerSelectorId>(&question.scope)) {
    query.selector = selectors_.Acquire(*peer);
  }
  const uint32_t id = queries_.Add(std::move(query));
  by_question_.emplace(question, id);
  Fill(id);
  queries_[id].groups[group] = 1;
  return id;
}

void NamedPorts::Fill(uint32_t query) {
  const auto count = [&](uint32_t pod_class) {
    if (classes_[pod_class].live()) {
      Count(query, pod_class, +1);
    }
  };
  const auto selector = queries_[query].selector;
  if (selector) {
    selectors_[*selector].queries.push_back(query);
    selectors_.ForEachClass(*selector, count);
  } else {
    of_every_pod_.emplace(queries_[query].port, query);
    classes_.ForEach(count);
  }
}

void NamedPorts::Release(uint32_t query, uint32_t group) {
  auto& groups = queries_[query].groups;
  const auto user = groups.find(group);
  if (--user->second == 0) {
    groups.erase(user);
  }
  if (groups.empty()) {
    Drop(query);
  }
}

void NamedPorts::Drop(uint32_t query) {
  const Query& dropped = queries_[query];
  if (dropped.selector) {
    auto& of_selector = selectors_[*dropped.selector].queries;
    of_selector.erase(std::find(of_selector.begin(), of_selector.end(), query));
    selectors_.Release(*dropped.selector);
  } else {
    of_every_pod_.erase(dropped.port);
  }
  vocabulary_.ReleaseText(dropped.port.first);
  by_question_.erase(dropped.question);
  queries_.Remove(query);
}

std::set<uint16_t> NamedPorts::NumbersOf(uint32_t query) const {
  std::set<uint16_t> numbers;
  for (const auto& [number, classes] : queries_[query].classes) {
    numbers.insert(number);
  }
  return numbers;
}

void NamedPorts::CountAll(uint32_t pod_class, int step) {
  if (queries_.size() == 0 || classes_.PortsOf(pod_class).empty()) {
    return;
  }
  for (const uint32_t selector : classes_[pod_class].selectors) {
    CountFor(selector, pod_class, step);
  }
  std::optional<PortKey> last;  // Of one name there may be several numbers; Count() sees them all.
  for (const NamedPort& port : classes_.PortsOf(pod_class)) {
    const PortKey key{port.name, port.protocol};
    const auto query = of_every_pod_.find(key);
    if (query != of_every_pod_.end() && last != key) {
      Count(query->second, pod_class, step);
    }
    last = key;
  }
}

void NamedPorts::CountFor(uint32_t selector, uint32_t pod_class, int step) {
  for (const uint32_t query : selectors_[selector].queries) {
    Count(query, pod_class, step);
  }
}

void NamedPorts::Count(uint32_t query, uint32_t pod_class, int step) {
  Query& counted = queries_[query];
  for (const NamedPort& port : classes_.PortsOf(pod_class)) {
    if (PortKey{port.name, port.protocol} != counted.port) {
      continue;
    }
    uint32_t& classes = counted.classes[port.number];
    const bool had = classes != 0;
    classes += static_cast<uint32_t>(step);
    if (had == (classes != 0)) {
      continue;
    }
    if (classes == 0) {
      counted.classes.erase(port.number);
    }
    for (const auto& [group, times] : counted.groups) {
      changed_.insert(group);
    }
  }
}

}  // namespace portcullis::policy
