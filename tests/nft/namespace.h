// SPDX-License-Identifier: Apache-2.0
//
// A network namespace for each kernel test, so that none touches the machine's own ruleset.
#ifndef PORTCULLIS_TESTS_NFT_NAMESPACE_H_
#define PORTCULLIS_TESTS_NFT_NAMESPACE_H_

#include <string>

namespace portcullis::test {

/// Moves the process into a fresh, empty network namespace.
void EnterFreshNamespace();

/// What a program of the machine said and how it ended. Kernel tests compare with nft and
/// conntrack; the product never runs them.
struct Ran {
  int status = 0;
  std::string output;  ///< stdout and stderr.
};
[[nodiscard]] Ran Run(const std::string& command);
[[nodiscard]] Ran RunWithInput(const std::string& command, const std::string& input);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_NFT_NAMESPACE_H_
