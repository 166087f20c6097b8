// SPDX-License-Identifier: Apache-2.0
//
// An engine beside the reference: both get the same changes, and each delta is applied to a kept
// table, as the kernel would, and compared with what the whole compile gives. Used by the engine's
// tests.
#ifndef PORTCULLIS_TESTS_POLICY_ENGINE_WORLD_H_
#define PORTCULLIS_TESTS_POLICY_ENGINE_WORLD_H_

#include <string>

#include "controller/policy/changes.h"
#include "controller/policy/engine.h"
#include "controller/policy/world.h"
#include "nft/ruleset.h"
#include "tests/policy/builders.h"

namespace portcullis::test {

/// What Compile() gives, without base chains.
[[nodiscard]] nft::Ruleset Reference(const policy::World& world, const std::string& node);

/// Applies `delta` as the kernel would. Gives what is wrong with it: an element that is added twice
/// or removed without being there, something told that does not change; nothing where all is right.
[[nodiscard]] std::string ApplyDelta(const policy::Delta& delta, nft::Ruleset& table);

class EngineWorld {
 public:
  explicit EngineWorld(std::string node = kNode) : node_(node), engine_(std::move(node)) {}

  void Apply(const policy::Changes& changes);
  /// Every object of `objects` as it is, in a complete list of its kind.
  void List(const k8s::Objects& objects);

  /// Takes a delta, and fails the test where it does not lead to what the reference gives.
  policy::Delta Check();
  /// As above, with the whole table.
  void CheckWhole();

  [[nodiscard]] policy::Engine& engine() { return engine_; }

 private:
  void Compare(const std::string& mistake) const;
  void CompareAnswers() const;

  const std::string node_;
  policy::World world_;
  policy::Engine engine_;
  nft::Ruleset table_;
  uint32_t list_ = 0;
};

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_POLICY_ENGINE_WORLD_H_
