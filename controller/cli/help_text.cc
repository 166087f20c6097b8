// SPDX-License-Identifier: Apache-2.0
//
// See help_text.h.
#include "controller/cli/help_text.h"

#include <algorithm>

namespace portcullis::cli {
namespace {

constexpr size_t kIndent = 2;
constexpr size_t kColumn = 28;  ///< Where descriptions begin.

/// One name with its description beside it, or below where the name is too long.
std::string Row(const std::string& name, const std::string& description, size_t width) {
  std::string row = std::string(kIndent, ' ') + name;
  bool beside = row.size() + 2 <= kColumn;
  for (const std::string& line : Wrap(description, width - kColumn)) {
    row += beside ? std::string(kColumn - std::min(kColumn, row.size()), ' ')
                  : "\n" + std::string(kColumn, ' ');
    row += line;
    beside = false;
  }
  return row + "\n";
}

std::string NamesOf(const OptionInfo& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += (names.empty() ? "" : ", ") + name;
  }
  return names + (option.value.empty() ? "" : " " + option.value);
}

std::string DescriptionOf(const OptionInfo& option) {
  std::string more = option.required ? "required" : "";
  if (!option.environment.empty()) {
    more += (more.empty() ? "environment: " : "; environment: ") + option.environment;
  }
  return option.description + (more.empty() ? "" : " [" + more + "]");
}

std::string Dots(const OptionInfo& option) {
  return option.repeated ? "..." : "";
}

std::string UsageLine(const CommandInfo& command, const std::string& name) {
  std::string line = name;
  for (const OptionInfo& option : command.options) {
    line += option.required ? " " + option.names.front() + " " + option.value + Dots(option) : "";
  }
  for (const OptionInfo& each : command.positionals) {
    const std::string shown = each.names.front() + Dots(each);
    line += each.required ? " " + shown : " [" + shown + "]";
  }
  if (!command.commands.empty()) {
    line += command.needs_command ? " COMMAND" : " [COMMAND]";
  }
  return line + " [OPTIONS]";
}

std::string OptionRows(const std::string& title,
                       const std::vector<OptionInfo>& options,
                       size_t width) {
  std::string rows;
  for (const OptionInfo& option : options) {
    rows += Row(NamesOf(option), DescriptionOf(option), width);
  }
  return rows.empty() ? "" : "\n" + title + ":\n" + rows;
}

std::string CommandRows(const std::vector<CommandInfo>& commands, size_t width) {
  std::string rows;
  for (const CommandInfo& command : commands) {
    rows += Row(command.name, Summary(command.description), width);
  }
  return rows.empty() ? "" : "\nCommands:\n" + rows;
}

std::string Footer(const std::vector<HelpSection>& sections) {
  std::string text;
  for (const HelpSection& section : sections) {
    text += "\n" + section.title + ":\n";
    for (const std::string& line : section.lines) {
      text += std::string(kIndent, ' ') + line + "\n";
    }
  }
  return text;
}

}  // namespace

std::string HelpText(const CommandInfo& command, const std::string& name, size_t width) {
  std::string text;
  for (const std::string& line : Wrap(command.description, width)) {
    text += line + "\n";
  }
  text += "\nUsage: " + UsageLine(command, name) + "\n";
  text += CommandRows(command.commands, width);
  std::vector<OptionInfo> positionals = command.positionals;
  for (OptionInfo& each : positionals) {
    // The usage line says the name; here stand the values to choose from.
    each.required = false;
  }
  text += OptionRows("Arguments", positionals, width);
  text += OptionRows("Options", command.options, width);
  return text + Footer(command.footer);
}

}  // namespace portcullis::cli
