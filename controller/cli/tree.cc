// SPDX-License-Identifier: Apache-2.0
//
// See tree.h.
#include "controller/cli/tree.h"

#include <algorithm>
#include <sstream>

namespace portcullis::cli {

std::vector<std::string> OptionInfo::Choices() const {
  if (value.find('|') == std::string::npos) {
    return {};
  }
  std::vector<std::string> choices;
  std::istringstream text(value);
  for (std::string name; std::getline(text, name, '|');) {
    choices.push_back(name);
  }
  return choices;
}

bool OptionInfo::TakesFile() const {
  return value == "FILE";
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as commands are
void ForEachCommand(
    const CommandInfo& program,
    const std::function<void(const std::string& path, const CommandInfo& command)>& visit) {
  visit(program.name, program);
  for (const CommandInfo& command : program.commands) {
    ForEachCommand(command, [&](const std::string& path, const CommandInfo& each) {
      visit(std::string(program.name).append(" ").append(path), each);
    });
  }
}

std::string Summary(std::string_view description) {
  size_t end = description.size();
  for (const std::string_view mark : {". ", ": ", "; ", ", e.g.", " (default"}) {
    end = std::min(end, description.find(mark));
  }
  return std::string(description.substr(0, end));
}

std::vector<std::string> Wrap(std::string_view text, size_t width) {
  std::vector<std::string> lines;
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    if (lines.empty() || lines.back().size() + 1 + word.size() > width) {
      lines.push_back(word);
    } else {
      lines.back() += " " + word;
    }
  }
  return lines;
}

}  // namespace portcullis::cli
