// SPDX-License-Identifier: Apache-2.0
//
// The script for fish: one line per command, option and list of values, each with the condition
// that its command is being typed.
#include "controller/cli/completion_script.h"

namespace portcullis::cli {
namespace {

constexpr char kBegin[] = R"(# fish completion for portcullis, made by `portcullis completion fish`.

# Whether the command that is being typed is that of the arguments.
function __portcullis_at
    set -l path portcullis
    set -l skip no
    for word in (commandline -opc)[2..]
        if test $skip = yes
            set skip no
        else if contains -- "$path $word" $__portcullis_commands
            set path "$path $word"
        else if contains -- "$path $word" $__portcullis_values
            set skip yes
        end
    end
    test "$path" = "$argv"
end

complete -c portcullis -f
)";

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += (c == '\'' || c == '\\' ? "\\" : "") + std::string(1, c);
  }
  return quoted + "'";
}

std::string Condition(const std::string& path) {
  return "complete -c portcullis -n '__portcullis_at " + path + "'";
}

std::string Flags(const OptionInfo& option) {
  std::string flags;
  for (const std::string& name : option.names) {
    const bool longer = name.rfind("--", 0) == 0;
    flags += longer ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return flags;
}

std::string Words(const OptionInfo& option) {
  std::string words;
  for (const std::string& choice : option.Choices()) {
    words += (words.empty() ? "" : " ") + choice;
  }
  return words.empty() ? "" : " -a " + Quoted(words);
}

std::string OptionLine(const std::string& path, const OptionInfo& option) {
  std::string line = Condition(path) + Flags(option);
  if (!option.value.empty()) {
    line += option.TakesFile() ? " -r -F" : " -x" + Words(option);
  }
  return line + " -d " + Quoted(Summary(option.description)) + "\n";
}

std::string PositionalLine(const std::string& path, const OptionInfo& option) {
  const std::string words = option.TakesFile() ? " -F" : Words(option);
  return words.empty() ? "" : Condition(path) + words + "\n";
}

std::string CommandLine(const std::string& path, const CommandInfo& command) {
  return Condition(path) + " -a " + command.name + " -d " + Quoted(Summary(command.description)) +
         "\n";
}

std::string Lines(const std::string& path, const CommandInfo& command) {
  std::string lines;
  for (const CommandInfo& each : command.commands) {
    lines += CommandLine(path, each);
  }
  for (const OptionInfo& each : command.positionals) {
    lines += PositionalLine(path, each);
  }
  for (const OptionInfo& option : command.options) {
    lines += OptionLine(path, option);
  }
  return lines;
}

/// The names of options that take a value, as __portcullis_values has them.
std::string ValueNames(const std::string& path, const CommandInfo& command) {
  std::string names;
  for (const OptionInfo& option : command.options) {
    for (const std::string& name : option.names) {
      const std::string quoted = Quoted(std::string(path).append(" ").append(name));
      names += option.value.empty() ? "" : " " + quoted;
    }
  }
  return names;
}

}  // namespace

std::string FishCompletion(const CommandInfo& program) {
  std::string commands;
  std::string values;
  std::string lines;
  ForEachCommand(program, [&](const std::string& path, const CommandInfo& command) {
    commands += path == program.name ? "" : " '" + path + "'";
    values += ValueNames(path, command);
    lines += Lines(path, command);
  });
  return kBegin + ("set -g __portcullis_commands" + commands) + "\nset -g __portcullis_values" +
         values + "\n" + lines;
}

}  // namespace portcullis::cli
