// SPDX-License-Identifier: Apache-2.0
//
// The script for zsh: one function per command, each a call of _arguments, which knows options and
// their values by itself.
#include "controller/cli/completion_script.h"

namespace portcullis::cli {
namespace {

constexpr char kBegin[] = R"(#compdef portcullis
# zsh completion for portcullis, made by `portcullis completion zsh`.

)";

// Read by `source`, or as a function of fpath, which is to complete when it is first called.
constexpr char kEnd[] = R"(if [[ $funcstack[1] == _portcullis ]]; then
  _portcullis "$@"
else
  compdef _portcullis portcullis
fi
)";

/// In single quotes, with what _arguments would take for syntax escaped.
std::string Escaped(const std::string& text, const std::string& special) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\'') {
      escaped += "'\\''";
    } else {
      escaped += (special.find(c) != std::string::npos ? "\\" : "") + std::string(1, c);
    }
  }
  return escaped;
}

/// ":message:action" for a value.
std::string Action(const OptionInfo& option) {
  std::string action = " ";  // Nothing to offer; the message says what is wanted.
  if (option.TakesFile()) {
    action = "_files";
  } else if (const auto choices = option.Choices(); !choices.empty()) {
    action = "(";
    for (const std::string& choice : choices) {
      action += (action == "(" ? "" : " ") + choice;
    }
    action += ")";
  }
  const std::string message = option.Choices().empty() ? option.value : "value";
  return ":" + Escaped(message, ":") + ":" + action;
}

constexpr char kNext[] = " \\\n    ";  // between the arguments of _arguments

/// One argument per name; those of one option exclude each other, unless it may be repeated.
std::string OptionSpecs(const OptionInfo& option) {
  std::string all;
  for (const std::string& name : option.names) {
    all += (all.empty() ? "" : " ") + name;
  }
  const std::string before = option.repeated ? "*" : "(" + all + ")";
  std::string specs;
  for (const std::string& name : option.names) {
    const bool takes_equals = !option.value.empty() && name.rfind("--", 0) == 0;
    specs.append(kNext).append("'").append(before).append(name).append(takes_equals ? "=" : "");
    specs.append("[").append(Escaped(Summary(option.description), "[]:\\")).append("]");
    specs.append(option.value.empty() ? "" : Action(option)).append("'");
  }
  return specs;
}

std::string PositionalSpecs(const CommandInfo& command) {
  std::string specs;
  int place = 1;
  for (const OptionInfo& each : command.positionals) {
    const std::string where =
        each.repeated ? "*" : std::to_string(place++) + (each.required ? "" : ":");
    specs += std::string(kNext) + "'" + where + Action(each) + "'";
  }
  return specs;
}

std::string FunctionName(std::string path) {
  for (char& c : path) {
    c = c == ' ' || c == '-' ? '_' : c;
  }
  return "_" + path;
}

/// The choice of a command, and the way into it.
std::string Dispatch(const std::string& path, const CommandInfo& command) {
  std::string names;
  std::string cases;
  for (const CommandInfo& each : command.commands) {
    names += "      '" + each.name + ":" + Escaped(Summary(each.description), ":\\") + "'\n";
    cases += "      " + each.name + ") " + FunctionName(path + " " + each.name) + " ;;\n";
  }
  return "  case $state in\n"
         "  command)\n"
         "    local -a commands=(\n" +
         names +
         "    )\n"
         "    _describe -t commands command commands\n"
         "    ;;\n"
         "  arguments)\n"
         "    case $line[1] in\n" +
         cases +
         "    esac\n"
         "    ;;\n"
         "  esac\n";
}

std::string Function(const std::string& path, const CommandInfo& command) {
  std::string text = FunctionName(path) + "() {\n";
  const bool branches = !command.commands.empty();
  text += branches ? "  local context state state_descr line\n  typeset -A opt_args\n" : "";
  text += branches ? "  _arguments -C -S" : "  _arguments -S";
  for (const OptionInfo& option : command.options) {
    text += OptionSpecs(option);
  }
  text += PositionalSpecs(command);
  text += branches ? std::string(kNext) + "'1: :->command' '*:: :->arguments'" : "";
  return text + "\n" + (branches ? Dispatch(path, command) : "") + "}\n\n";
}

}  // namespace

std::string ZshCompletion(const CommandInfo& program) {
  std::string functions;
  ForEachCommand(program, [&](const std::string& path, const CommandInfo& command) {
    functions += Function(path, command);
  });
  return kBegin + functions + kEnd;
}

}  // namespace portcullis::cli
