// SPDX-License-Identifier: Apache-2.0
//
// The command line as plain values: commands, options, texts. Help, completion scripts and the man
// page are pure functions of it; help.h makes it from the real one.
#ifndef PORTCULLIS_CONTROLLER_CLI_TREE_H_
#define PORTCULLIS_CONTROLLER_CLI_TREE_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::cli {

/// What stands below the options in --help: exit codes, examples.
struct HelpSection {
  std::string title;               ///< Without colon: "Exit codes", "Examples".
  std::vector<std::string> lines;  ///< Of exit codes "N  meaning", of examples the command.
};

struct OptionInfo {
  std::vector<std::string> names;  ///< As typed: "-o", "--output"; of a positional its only name.
  std::string value;               ///< What it takes: "text|json", "FILE"; empty: nothing, a flag.
  std::string description;
  std::string environment;  ///< The variable that stands in for it, or empty.
  bool required = false;
  bool repeated = false;

  /// The values to choose from; none where any text is taken.
  [[nodiscard]] std::vector<std::string> Choices() const;

  /// Whether a file or folder is wanted.
  [[nodiscard]] bool TakesFile() const;
};

struct CommandInfo {
  std::string name;
  std::string description;
  bool needs_command = false;  ///< It does nothing without one of its commands.
  std::vector<OptionInfo> options;
  std::vector<OptionInfo> positionals;
  std::vector<HelpSection> footer;
  std::vector<CommandInfo> commands;
};

/// Calls `visit` with each command and the names that lead to it, "portcullis run", the program
/// itself first.
void ForEachCommand(
    const CommandInfo& program,
    const std::function<void(const std::string& path, const CommandInfo& command)>& visit);

/// The beginning of a description that can stand alone: up to a full stop, a colon, the
/// default.
[[nodiscard]] std::string Summary(std::string_view description);

/// Words of `text` in lines of at most `width` characters; a longer word has a line of its own.
[[nodiscard]] std::vector<std::string> Wrap(std::string_view text, size_t width);

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_TREE_H_
