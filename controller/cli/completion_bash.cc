// SPDX-License-Identifier: Apache-2.0
//
// The script for bash: three tables, and one function that finds the command which is being typed,
// then completes the value of an option, an option, or a command or argument.
#include "controller/cli/completion_script.h"

namespace portcullis::cli {
namespace {

constexpr char kBegin[] = R"(# bash completion for portcullis, made by `portcullis completion bash`.
# By command: its options; its commands and what it takes. By command and option: the values. A
# colon stands for files; nothing for what only the person knows.
)";

// Bash makes three words of "--option=value".
constexpr char kEnd[] = R"(
# Completes with the words of the list that begin as $cur does.
_portcullis_offer() {
  local list=$1 IFS=$' \t\n'
  if [[ " $list " == *' : '* ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur")
    list=${list//:/}
  fi
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$list" -- "$cur")
}

_portcullis() {
  local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} path=portcullis word i
  COMPREPLY=()
  if [[ $cur == = ]]; then
    cur=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="$path ${COMP_WORDS[i]}"
    if [[ -v _portcullis_options["$word"] ]]; then
      path=$word
    elif [[ -v _portcullis_values["$word"] ]]; then
      [[ ${COMP_WORDS[i + 1]} != = ]] || ((++i))
      ((++i))
    fi
  done
  if [[ -v _portcullis_values["$path $previous"] ]]; then
    _portcullis_offer "${_portcullis_values["$path $previous"]}"
  elif [[ $cur == -* ]]; then
    _portcullis_offer "${_portcullis_options["$path"]}"
  else
    _portcullis_offer "${_portcullis_arguments["$path"]}"
  fi
}

complete -F _portcullis portcullis
)";

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : " ") + word;
  }
  return text;
}

std::string Entry(const std::string& key, const std::string& value) {
  return "  ['" + key + "']='" + value + "'\n";
}

/// A table that is global also where a function reads the script.
std::string Table(const std::string& name, const std::string& entries) {
  return "declare -gA _portcullis_" + name + "=(\n" + entries + ")\n";
}

std::string WordsFor(const OptionInfo& option) {
  return option.TakesFile() ? ":" : Joined(option.Choices());
}

std::string Options(const CommandInfo& command) {
  std::vector<std::string> names;
  for (const OptionInfo& option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return Joined(names);
}

std::string Arguments(const CommandInfo& command) {
  std::vector<std::string> words;
  for (const CommandInfo& each : command.commands) {
    words.push_back(each.name);
  }
  for (const OptionInfo& each : command.positionals) {
    words.push_back(WordsFor(each));
  }
  return Joined(words);
}

std::string Values(const std::string& path, const CommandInfo& command) {
  std::string entries;
  for (const OptionInfo& option : command.options) {
    for (const std::string& name : option.names) {
      const std::string key = std::string(path).append(" ").append(name);
      entries += option.value.empty() ? "" : Entry(key, WordsFor(option));
    }
  }
  return entries;
}

}  // namespace

std::string BashCompletion(const CommandInfo& program) {
  std::string options;
  std::string arguments;
  std::string values;
  ForEachCommand(program, [&](const std::string& path, const CommandInfo& command) {
    options += Entry(path, Options(command));
    arguments += Entry(path, Arguments(command));
    values += Values(path, command);
  });
  return kBegin + Table("options", options) + Table("arguments", arguments) +
         Table("values", values) + kEnd;
}

}  // namespace portcullis::cli
