// SPDX-License-Identifier: Apache-2.0
//
// Which known word was meant by a mistyped one. Pure.
#ifndef PORTCULLIS_CONTROLLER_CLI_NEAREST_H_
#define PORTCULLIS_CONTROLLER_CLI_NEAREST_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::cli {

/// The known word with the fewest slips (a letter more, less or another, two swapped) between, of
/// several the first; nothing where that is more than a third of the word.
[[nodiscard]] std::optional<std::string> Nearest(std::string_view word,
                                                 const std::vector<std::string>& known);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_NEAREST_H_
