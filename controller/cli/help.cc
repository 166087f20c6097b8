// SPDX-License-Identifier: Apache-2.0
//
// See help.h.
#include "controller/cli/help.h"

#include <sstream>

#include <CLI/CLI.hpp>

namespace portcullis::cli {
namespace {

constexpr std::string_view kIndent = "  ";

}  // namespace

void SetFooter(CLI::App& app, const std::vector<HelpSection>& sections) {
  std::string text;
  for (const HelpSection& section : sections) {
    text += (text.empty() ? "" : "\n") + section.title + ":\n";
    for (const std::string& line : section.lines) {
      text += std::string(kIndent) + line + "\n";
    }
  }
  if (!text.empty()) {
    text.pop_back();
  }
  app.footer(text);
}

std::vector<HelpSection> FooterOf(const CLI::App& app) {
  std::vector<HelpSection> sections;
  std::istringstream footer(app.get_footer());
  for (std::string line; std::getline(footer, line);) {
    if (line.rfind(kIndent, 0) == 0 && !sections.empty()) {
      sections.back().lines.push_back(line.substr(kIndent.size()));
    } else if (!line.empty()) {
      sections.push_back({line.substr(0, line.size() - 1), {}});
    }
  }
  return sections;
}

}  // namespace portcullis::cli
