// SPDX-License-Identifier: Apache-2.0
//
// Random rulesets, and random changes of them, for property tests. The same seed gives the same
// rulesets. Every ruleset is one that the kernel takes and that nft 1.0.6 can read.
#ifndef PORTCULLIS_TESTS_NFT_RANDOM_RULESET_H_
#define PORTCULLIS_TESTS_NFT_RANDOM_RULESET_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "nft/ruleset.h"

namespace portcullis::test {

/// The seed of this run: PORTCULLIS_SEED of the environment, else random. Tests print it (INFO) so
/// that a failure can be had again.
[[nodiscard]] uint32_t Seed();

class RandomRuleset {
 public:
  explicit RandomRuleset(uint32_t seed) : random_(seed) {}

  /// Names and keys are drawn from few, so that two of them have much in common.
  [[nodiscard]] nft::Ruleset Make();
  /// `ruleset` with a few of its parts changed, added or removed.
  [[nodiscard]] nft::Ruleset Change(const nft::Ruleset& ruleset);

 private:
  [[nodiscard]] uint32_t Below(uint32_t limit);
  [[nodiscard]] bool OneIn(uint32_t n) { return Below(n) == 0; }
  [[nodiscard]] std::string Comment();

  [[nodiscard]] std::string Key(nft::KeyType type);
  [[nodiscard]] nft::Set MakeSet(size_t kind);
  void AddElement(const nft::Ruleset& ruleset, nft::Set& set);
  void AddRange(const nft::Ruleset& ruleset, nft::Set& set);
  [[nodiscard]] nft::Verdict MakeVerdict(const nft::Ruleset& ruleset);

  [[nodiscard]] nft::Chain MakeChain(size_t number);
  void AddLog(nft::Rule& rule);
  [[nodiscard]] nft::Rule MakeRule(const nft::Ruleset& ruleset, const nft::Chain& chain);
  [[nodiscard]] std::vector<nft::Statement> MakeMatch(const nft::Ruleset& ruleset);
  [[nodiscard]] std::vector<nft::Statement> MakeBlock();
  [[nodiscard]] std::vector<nft::Statement> MakePort(const nft::Ruleset& ruleset);

  std::mt19937 random_;
};

/// Gives each rule without a handle one, as a kernel does.
[[nodiscard]] nft::Ruleset WithHandles(nft::Ruleset ruleset);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_NFT_RANDOM_RULESET_H_
