// SPDX-License-Identifier: Apache-2.0
//
// See terminal.h.
#include "controller/cli/terminal.h"

#include <charconv>
#include <cstdlib>

#include <unistd.h>

#include <sys/ioctl.h>

namespace portcullis::cli {
namespace {

std::optional<size_t> ReadWidth(const std::string& text) {
  size_t width = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), width);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && width > 0 ? std::optional(width) : std::nullopt;
}

TerminalFacts FactsOf(int descriptor) {
  TerminalFacts facts;
  facts.is_terminal = isatty(descriptor) == 1;
  winsize size{};
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): ioctl is one
  if (facts.is_terminal && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    facts.width = size.ws_col;
  }
  for (const char* name : {"TERM", "NO_COLOR", "COLUMNS"}) {
    if (const char* value = std::getenv(name)) {  // NOLINT(concurrency-mt-unsafe): nobody sets any
      facts.environment[name] = value;
    }
  }
  return facts;
}

}  // namespace

Terminal Judge(const TerminalFacts& facts) {
  const auto variable = [&facts](const std::string& name) {
    const auto found = facts.environment.find(name);
    return found == facts.environment.end() ? std::string() : found->second;
  };
  Terminal terminal;
  terminal.interactive = facts.is_terminal && variable("TERM") != "dumb";
  terminal.colour = terminal.interactive && variable("NO_COLOR").empty();
  const auto width = facts.width ? facts.width : ReadWidth(variable("COLUMNS"));
  terminal.width = width.value_or(terminal.width);
  return terminal;
}

Terminal StandardOutput() {
  return Judge(FactsOf(STDOUT_FILENO));
}

Terminal StandardError() {
  return Judge(FactsOf(STDERR_FILENO));
}

}  // namespace portcullis::cli
