// SPDX-License-Identifier: Apache-2.0
//
// CLI11's names, for headers that only pass them on: the library itself is slow to compile and is
// included where options are added or the tree is read.
#ifndef PORTCULLIS_CONTROLLER_CLI_CLI11_H_
#define PORTCULLIS_CONTROLLER_CLI_CLI11_H_

namespace CLI {  // NOLINT(readability-identifier-naming): the library's name
class App;
}  // namespace CLI

#endif  // PORTCULLIS_CONTROLLER_CLI_CLI11_H_
