// SPDX-License-Identifier: Apache-2.0
//
// See vocabulary.h.
#include "controller/policy/vocabulary.h"

#include <algorithm>
#include <functional>

namespace portcullis::policy {
namespace {

using Operator = k8s::Requirement::Operator;

const Label* Find(const LabelList& labels, uint32_t key) {
  const auto found = std::lower_bound(labels.begin(), labels.end(), Label{key, 0});
  return found != labels.end() && found->key == key ? &*found : nullptr;
}

bool Holds(const IdSelector::Requirement& requirement, const LabelList& labels) {
  const Label* label = Find(labels, requirement.key);
  const auto& values = requirement.values;
  const auto listed = [&] {
    return label != nullptr &&
           std::find(values.begin(), values.end(), label->value) != values.end();
  };
  switch (requirement.op) {
    case Operator::kIn:
      return listed();
    case Operator::kNotIn:
      return !listed();
    case Operator::kExists:
      return label != nullptr;
    case Operator::kDoesNotExist:
      return label == nullptr;
  }
  return false;
}

}  // namespace

bool Matches(const IdSelector& selector, const LabelList& labels) {
  return selector.valid &&
         std::all_of(selector.requirements.begin(),
                     selector.requirements.end(),
                     [&](const IdSelector::Requirement& each) { return Holds(each, labels); });
}

const IdSelector::Requirement* AnchorOf(const IdSelector& selector) {
  const IdSelector::Requirement* anchor = nullptr;
  for (const IdSelector::Requirement& each : selector.requirements) {
    if (each.op == Operator::kIn &&
        (anchor == nullptr || each.values.size() < anchor->values.size())) {
      anchor = &each;
    }
  }
  return anchor;
}

size_t Vocabulary::TextHash::operator()(std::string_view text) const {
  return std::hash<std::string_view>()(text);
}

size_t Vocabulary::LabelsHash::operator()(const LabelList& labels) const {
  size_t hash = 0;
  for (const Label& label : labels) {
    hash = MixHash(hash, (uint64_t{label.key} << 32U) | label.value);
  }
  return hash;
}

size_t Vocabulary::PortsHash::operator()(const PortList& ports) const {
  size_t hash = 0;
  for (const NamedPort& port : ports) {
    const uint64_t number = (static_cast<uint64_t>(port.protocol) << 16U) | port.number;
    hash = MixHash(hash, (uint64_t{port.name} << 32U) | number);
  }
  return hash;
}

uint32_t Vocabulary::AcquireLabels(const k8s::Labels& labels) {
  LabelList list;
  list.reserve(labels.size());
  for (const auto& [key, value] : labels) {
    list.push_back({AcquireText(key), AcquireText(value)});
  }
  std::sort(list.begin(), list.end());
  const auto [id, is_new] = labels_.Acquire(list);
  if (!is_new) {
    for (const Label& label : list) {
      ReleaseText(label.key);
      ReleaseText(label.value);
    }
  }
  return id;
}

void Vocabulary::ReleaseLabels(uint32_t id) {
  if (const auto last = labels_.Release(id)) {
    for (const Label& label : *last) {
      ReleaseText(label.key);
      ReleaseText(label.value);
    }
  }
}

uint32_t Vocabulary::AcquirePorts(const std::vector<k8s::ContainerPort>& ports) {
  PortList list;
  list.reserve(ports.size());
  for (const k8s::ContainerPort& port : ports) {
    const NamedPort named{AcquireText(port.name), port.protocol, port.port};
    const auto place = std::lower_bound(list.begin(), list.end(), named);
    if (place == list.end() || *place != named) {
      list.insert(place, named);
    } else {
      ReleaseText(named.name);
    }
  }
  const auto [id, is_new] = ports_.Acquire(list);
  if (!is_new) {
    for (const NamedPort& port : list) {
      ReleaseText(port.name);
    }
  }
  return id;
}

void Vocabulary::ReleasePorts(uint32_t id) {
  if (const auto last = ports_.Release(id)) {
    for (const NamedPort& port : *last) {
      ReleaseText(port.name);
    }
  }
}

IdSelector Vocabulary::AcquireSelector(const k8s::LabelSelector& selector) {
  IdSelector ids;
  ids.valid = selector.valid;
  for (const k8s::Requirement& requirement : selector.requirements) {
    auto& into = ids.requirements.emplace_back();
    into.key = AcquireText(requirement.key);
    into.op = requirement.op;
    for (const std::string& value : requirement.values) {
      into.values.push_back(AcquireText(value));
    }
  }
  return ids;
}

IdSelector Vocabulary::FindSelector(const k8s::LabelSelector& selector) const {
  IdSelector ids;
  ids.valid = selector.valid;
  for (const k8s::Requirement& requirement : selector.requirements) {
    auto& into = ids.requirements.emplace_back();
    into.key = FindText(requirement.key).value_or(kNone);
    into.op = requirement.op;
    for (const std::string& value : requirement.values) {
      into.values.push_back(FindText(value).value_or(kNone));
    }
  }
  return ids;
}

void Vocabulary::ReleaseSelector(const IdSelector& selector) {
  for (const IdSelector::Requirement& requirement : selector.requirements) {
    ReleaseText(requirement.key);
    for (const uint32_t value : requirement.values) {
      ReleaseText(value);
    }
  }
}

}  // namespace portcullis::policy
