// SPDX-License-Identifier: Apache-2.0
//
// What is known of the terminal behind standard output or standard error.
#ifndef PORTCULLIS_CONTROLLER_CLI_TERMINAL_H_
#define PORTCULLIS_CONTROLLER_CLI_TERMINAL_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>

namespace portcullis::cli {

struct Terminal {
  bool interactive = false;  ///< It is one, and can go back in its line: TERM is not "dumb".
  bool colour = false;       ///< Colours are welcome (NO_COLOR is not set).
  size_t width = 80;         ///< In characters.
};

/// The facts behind a Terminal. `width`: what the kernel says, if it is one.
struct TerminalFacts {
  bool is_terminal = false;
  std::optional<size_t> width;
  std::map<std::string, std::string> environment;  ///< TERM, NO_COLOR, COLUMNS where set.
};

/// Pure. Colour is for terminals alone; NO_COLOR with any value but the empty one forbids it, as
/// does a dumb terminal. COLUMNS counts where the kernel knows no width.
[[nodiscard]] Terminal Judge(const TerminalFacts& facts);

[[nodiscard]] Terminal StandardOutput();
[[nodiscard]] Terminal StandardError();

/// Whether what is printed on standard output may have colours.
[[nodiscard]] inline bool WantsColour() {
  return StandardOutput().colour;
}

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_TERMINAL_H_
