// SPDX-License-Identifier: Apache-2.0
//
// See help.h.
#include "controller/cli/help.h"

#include <sstream>

#include <CLI/CLI.hpp>

namespace portcullis::cli {
namespace {

constexpr std::string_view kIndent = "  ";

/// The sections that SetFooter() was given: CLI11 keeps a text.
std::vector<HelpSection> FooterOf(const CLI::App& app) {
  std::vector<HelpSection> sections;
  std::istringstream footer(app.get_footer());
  for (std::string line; std::getline(footer, line);) {
    if (line.rfind(kIndent, 0) == 0 && !sections.empty()) {
      sections.back().lines.push_back(line.substr(kIndent.size()));
    } else if (!line.empty()) {
      sections.push_back({line, {}});
    }
  }
  return sections;
}

std::vector<std::string> NamesOf(const CLI::Option& option) {
  if (option.get_positional()) {
    return {option.get_name(true)};
  }
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) {
    names.push_back("-" + name);
  }
  for (const std::string& name : option.get_lnames()) {
    names.push_back("--" + name);
  }
  return names;
}

OptionInfo InfoOf(const CLI::Option& option) {
  OptionInfo info;
  info.names = NamesOf(option);
  const bool flag = option.get_items_expected_max() == 0;
  info.value = flag ? "" : option.get_type_name();
  info.description = option.get_description();
  info.environment = option.get_envname();
  info.required = option.get_required();
  info.repeated = option.get_expected_max() > 1;
  return info;
}

}  // namespace

void SetFooter(CLI::App& app, const std::vector<HelpSection>& sections) {
  std::string text;
  for (const HelpSection& section : sections) {
    text += section.title + "\n";
    for (const std::string& line : section.lines) {
      text += std::string(kIndent) + line + "\n";
    }
  }
  app.footer(text);
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as commands are
CommandInfo TreeOf(const CLI::App& app) {
  CommandInfo info;
  info.name = app.get_name();
  info.description = app.get_description();
  info.needs_command = app.get_require_subcommand_min() > 0;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_group().empty()) {
      (option->get_positional() ? info.positionals : info.options).push_back(InfoOf(*option));
    }
  }
  info.footer = FooterOf(app);
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) {
      info.commands.push_back(TreeOf(*command));
    }
  }
  return info;
}

}  // namespace portcullis::cli
