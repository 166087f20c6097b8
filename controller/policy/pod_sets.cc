// SPDX-License-Identifier: Apache-2.0
//
// See pod_sets.h.
#include "controller/policy/pod_sets.h"

#include <utility>

namespace portcullis::policy {

PodSets::PodSets(Vocabulary& vocabulary,
                 PodClasses& classes,
                 const PodStore& pods,
                 PeerSelectors& selectors)
    : vocabulary_(vocabulary),
      classes_(classes),
      pods_(pods),
      selectors_(selectors) {}

uint32_t PodSets::Acquire(const PodSet& set) {
  const auto found = by_name_.find(set.name);
  if (found != by_name_.end()) {
    ++sets_[found->second].references;
    return found->second;
  }
  State state;
  state.shape = set;
  state.references = 1;
  const uint32_t id = sets_.Add(std::move(state));
  by_name_.emplace(set.name, id);
  Attach(id);
  Touch(id);
  return id;
}

void PodSets::Attach(uint32_t set) {
  State& state = sets_[set];
  if (const auto* named = std::get_if<NamedPortId>(&state.shape.id)) {
    state.port = NamedPort{vocabulary_.AcquireText(named->name), named->protocol, named->number};
    state.local = std::holds_alternative<LocalPods>(named->scope);
    if (const auto* scope = std::get_if<PeerSelectorId>(&named->scope)) {
      state.selectors = {selectors_.Acquire(*scope)};
    } else {
      by_port_[*state.port].push_back(set);
    }
  } else {
    for (const PeerSelectorId& peer : std::get<PeerUnion>(state.shape.id).any_of) {
      state.selectors.push_back(selectors_.Acquire(peer));
    }
    std::sort(state.selectors.begin(), state.selectors.end());
  }
  for (const uint32_t selector : state.selectors) {
    selectors_[selector].sets.push_back(set);
  }
}

void PodSets::Release(uint32_t set) {
  if (--sets_[set].references == 0) {
    Touch(set);
  }
}

void PodSets::Drop(uint32_t set) {
  const State& state = sets_[set];
  for (const uint32_t selector : state.selectors) {
    auto& of_selector = selectors_[selector].sets;
    of_selector.erase(std::find(of_selector.begin(), of_selector.end(), set));
    selectors_.Release(selector);
  }
  if (state.port) {
    const auto of_port = by_port_.find(*state.port);
    if (of_port != by_port_.end() && state.selectors.empty()) {
      of_port->second.erase(std::find(of_port->second.begin(), of_port->second.end(), set));
      if (of_port->second.empty()) {
        by_port_.erase(of_port);
      }
    }
    vocabulary_.ReleaseText(state.port->name);
  }
  by_name_.erase(state.shape.name);
  sets_.Remove(set);
}

bool PodSets::HasPort(uint32_t pod_class, const NamedPort& port) const {
  const PortList& ports = classes_.PortsOf(pod_class);
  return std::binary_search(ports.begin(), ports.end(), port);
}

/// Whether `selector` is the first of the set's selectors that selects the class: so that a class
/// which several of them select is in the set once.
bool PodSets::IsFirst(const State& state, uint32_t selector, const PodClass& of) const {
  const auto first =
      std::find_if(state.selectors.begin(), state.selectors.end(), [&](uint32_t each) {
        return std::binary_search(of.selectors.begin(), of.selectors.end(), each);
      });
  return first != state.selectors.end() && *first == selector;
}

std::vector<uint32_t> PodSets::SetsOf(uint32_t pod_class) const {
  std::vector<uint32_t> sets;
  const PodClass& of = classes_[pod_class];
  for (const uint32_t selector : of.selectors) {
    for (const uint32_t set : selectors_[selector].sets) {
      const State& state = sets_[set];
      const bool has_port = !state.port || HasPort(pod_class, *state.port);
      if (has_port && (state.selectors.size() == 1 || IsFirst(state, selector, of))) {
        sets.push_back(set);
      }
    }
  }
  for (const NamedPort& port : classes_.PortsOf(pod_class)) {
    const auto found = by_port_.find(port);
    if (found == by_port_.end()) {
      continue;
    }
    for (const uint32_t set : found->second) {
      if (!sets_[set].local || of.key.local) {
        sets.push_back(set);
      }
    }
  }
  std::sort(sets.begin(), sets.end());
  return sets;
}

void PodSets::Touch(uint32_t set) {
  if (!std::exchange(sets_[set].touched, true)) {
    touched_.push_back(set);
  }
}

void PodSets::Toggle(uint32_t set, const IpAddress& address, bool gained) {
  State& state = sets_[set];
  if (state.shape.family != address.family()) {
    return;
  }
  const auto [entry, is_new] = state.pending.try_emplace(address, gained);
  if (!is_new) {
    state.pending.erase(entry);  // It was lost and is back, or was gained and is lost again.
  }
  Touch(set);
}

template <typename Visit>
void PodSets::ForEachClassIn(const State& state, const Visit& visit) const {
  if (state.local) {
    std::for_each(classes_.local().begin(), classes_.local().end(), visit);
  } else if (state.selectors.empty()) {
    classes_.ForEach(visit);
  }
  for (const uint32_t selector : state.selectors) {
    selectors_.ForEachClass(selector, visit);
  }
}

void PodSets::Fill(const State& state, nft::Set& set) const {
  ForEachClassIn(state, [&](uint32_t pod_class) {
    if (!classes_[pod_class].live() || (state.port && !HasPort(pod_class, *state.port))) {
      return;
    }
    pods_.ForEachAddress(pod_class, [&](const IpAddress& address) {
      if (address.family() == state.shape.family) {
        AddElement(set, AddressElement(address));
      }
    });
  });
}

void PodSets::WriteChange(State& state, Delta& delta) const {
  if (!state.told) {
    nft::Set& set = delta.sets_after.emplace(state.shape.name, EmptySet(state.shape)).first->second;
    Fill(state, set);
  } else if (state.references == 0) {
    delta.sets_before.emplace(state.shape.name, EmptySet(state.shape));
  } else if (!state.pending.empty()) {
    const SetEdit edit = EditSet(delta, EmptySet(state.shape));
    for (const auto& [address, gained] : state.pending) {
      AddElement(gained ? edit.after : edit.before, AddressElement(address));
    }
  }
}

void PodSets::Settle(Delta* delta) {
  for (const uint32_t set : std::exchange(touched_, {})) {
    State& state = sets_[set];
    const bool was_there = state.told || state.references > 0;
    if (delta != nullptr && was_there) {
      WriteChange(state, *delta);
    }
    if (state.references == 0) {
      Drop(set);
      continue;
    }
    state.told = true;
    state.touched = false;
    state.pending.clear();
  }
}

void PodSets::WriteAll(std::map<std::string, nft::Set>& sets) const {
  std::map<uint32_t, nft::Set*> by_id;
  for (const auto& [name, id] : by_name_) {
    nft::Set& set = sets.insert_or_assign(name, EmptySet(sets_[id].shape)).first->second;
    by_id.emplace(id, &set);
  }
  classes_.ForEach([&](uint32_t pod_class) {
    if (!classes_[pod_class].live()) {
      return;
    }
    for (const uint32_t id : SetsOf(pod_class)) {
      pods_.ForEachAddress(pod_class, [&](const IpAddress& address) {
        if (address.family() == sets_[id].shape.family) {
          AddElement(*by_id.at(id), AddressElement(address));
        }
      });
    }
  });
}

}  // namespace portcullis::policy
