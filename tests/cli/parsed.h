// SPDX-License-Identifier: Apache-2.0
//
// A command's options as its own Add... reads them from arguments, for the tests of the command
// line; nothing is run.
#ifndef PORTCULLIS_TESTS_CLI_PARSED_H_
#define PORTCULLIS_TESTS_CLI_PARSED_H_

#include <optional>
#include <vector>

#include "controller/cli/parse.h"

#include <CLI/CLI.hpp>

namespace portcullis::cli {

template <typename Options>
struct Parsed {
  std::optional<int> exit;  ///< The arguments were wrong, or asked for help.
  Options options;
};

/// The arguments of the command that `add` adds; the program's and the command's names are not
/// among them.
template <typename Options>
[[nodiscard]] Parsed<Options> ParseWith(CLI::App* (*add)(CLI::App&, Options&),
                                        std::vector<const char*> arguments) {
  const auto app = MakeApp();
  Parsed<Options> parsed;
  const CLI::App* command = add(*app, parsed.options);
  arguments.insert(arguments.begin(), {"portcullis", command->get_name().c_str()});
  parsed.exit = Parse(*app, static_cast<int>(arguments.size()), arguments.data());
  return parsed;
}

}  // namespace portcullis::cli

#endif  // PORTCULLIS_TESTS_CLI_PARSED_H_
