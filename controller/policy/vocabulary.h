// SPDX-License-Identifier: Apache-2.0
//
// Texts of the API as numbers: names of namespaces, labels, names of ports, and selectors over
// them. Every number is counted: what acquires one releases it. Pure. Used by engine.h's parts;
// selector.h has the same meaning of selectors in texts.
#ifndef PORTCULLIS_CONTROLLER_POLICY_VOCABULARY_H_
#define PORTCULLIS_CONTROLLER_POLICY_VOCABULARY_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/policy/interner.h"
#include "k8s-client/types.h"

namespace portcullis::policy {

struct Label {
  uint32_t key = 0;
  uint32_t value = 0;

  auto operator<=>(const Label&) const = default;
};
using LabelList = std::vector<Label>;  ///< Sorted; each key once.

struct NamedPort {
  uint32_t name = 0;
  k8s::Protocol protocol = k8s::Protocol::kTcp;
  uint16_t number = 0;

  auto operator<=>(const NamedPort&) const = default;
};
using PortList = std::vector<NamedPort>;  ///< Sorted and unique.

/// k8s::LabelSelector in numbers.
struct IdSelector {
  struct Requirement {
    uint32_t key = 0;
    k8s::Requirement::Operator op = k8s::Requirement::Operator::kIn;
    std::vector<uint32_t> values;
  };
  std::vector<Requirement> requirements;
  bool valid = true;
};

/// As Matches() of selector.h.
[[nodiscard]] bool Matches(const IdSelector& selector, const LabelList& labels);

/// A requirement that names labels of which one must be there, the one with the fewest; null where
/// there is none.
[[nodiscard]] const IdSelector::Requirement* AnchorOf(const IdSelector& selector);

class Vocabulary {
 public:
  [[nodiscard]] uint32_t AcquireText(std::string_view text) { return texts_.Acquire(text).id; }
  void RetainText(uint32_t id) { texts_.Retain(id); }
  void ReleaseText(uint32_t id) { (void)texts_.Release(id); }
  [[nodiscard]] std::optional<uint32_t> FindText(std::string_view text) const {
    return texts_.Find(text);
  }
  [[nodiscard]] const std::string& TextOf(uint32_t id) const { return texts_[id]; }

  [[nodiscard]] uint32_t AcquireLabels(const k8s::Labels& labels);
  void ReleaseLabels(uint32_t id);
  [[nodiscard]] const LabelList& LabelsOf(uint32_t id) const { return labels_[id]; }

  [[nodiscard]] uint32_t AcquirePorts(const std::vector<k8s::ContainerPort>& ports);
  void ReleasePorts(uint32_t id);
  [[nodiscard]] const PortList& PortsOf(uint32_t id) const { return ports_[id]; }

  [[nodiscard]] IdSelector AcquireSelector(const k8s::LabelSelector& selector);
  void ReleaseSelector(const IdSelector& selector);
  /// The same for one question: nothing is acquired, and a text that nobody uses is kNone, which no
  /// label has.
  [[nodiscard]] IdSelector FindSelector(const k8s::LabelSelector& selector) const;

  /// How many texts, lists of labels and lists of ports somebody refers to.
  [[nodiscard]] size_t size() const { return texts_.size() + labels_.size() + ports_.size(); }

 private:
  struct TextHash {
    size_t operator()(std::string_view text) const;
  };
  struct LabelsHash {
    size_t operator()(const LabelList& labels) const;
  };
  struct PortsHash {
    size_t operator()(const PortList& ports) const;
  };

  Interner<std::string, TextHash> texts_;
  Interner<LabelList, LabelsHash> labels_;
  Interner<PortList, PortsHash> ports_;
};

}  // namespace portcullis::policy

#endif  // PORTCULLIS_CONTROLLER_POLICY_VOCABULARY_H_
