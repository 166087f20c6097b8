// SPDX-License-Identifier: Apache-2.0
//
// See parse.h.

#include "controller/cli/parse.h"

#include <algorithm>
#include <iostream>

#include "controller/cli/help.h"
#include "controller/cli/help_text.h"
#include "controller/cli/nearest.h"
#include "controller/cli/terminal.h"
#include "controller/process/exit_codes.h"
#include "controller/version.h"

#include <CLI/CLI.hpp>

namespace portcullis::cli {
namespace {

constexpr size_t kLeastWidth = 60;
constexpr size_t kGreatestWidth = 100;

/// "portcullis run".
// NOLINTNEXTLINE(misc-no-recursion): as deep as commands are
std::string FullName(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return (parent == nullptr ? "" : FullName(*parent) + " ") + app.get_name();
}

std::string Help(const CLI::App* app, const std::string& /*name*/, CLI::AppFormatMode /*mode*/) {
  const size_t width = std::clamp(StandardOutput().width, kLeastWidth, kGreatestWidth);
  return HelpText(TreeOf(*app), FullName(*app), width);
}

/// The innermost command that was named.
// NOLINTNEXTLINE(misc-no-recursion): as deep as commands are
const CLI::App& NamedCommand(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  return commands.empty() ? app : NamedCommand(*commands.front());
}

/// All that could stand where `word` does.
std::vector<std::string> Known(const CommandInfo& command, const std::string& word) {
  std::vector<std::string> known;
  if (word.rfind('-', 0) == 0) {
    for (const OptionInfo& option : command.options) {
      known.insert(known.end(), option.names.begin(), option.names.end());
    }
  } else {
    for (const CommandInfo& each : command.commands) {
      known.push_back(each.name);
    }
  }
  return known;
}

/// What is wrong with a word that nobody expects.
std::string Unexpected(const CommandInfo& command, const std::string& word) {
  const bool option = word.rfind('-', 0) == 0;
  const std::string name = option ? word.substr(0, word.find('=')) : word;
  const auto known = Known(command, name);
  std::string text = option          ? "there is no option " + name
                     : known.empty() ? "\"" + word + "\" is one argument too many"
                                     : "there is no command \"" + word + "\"";
  const auto nearest = Nearest(name, known);
  return text + (nearest ? "; did you mean " + *nearest + "?" : "");
}

/// "--node-name is required", and the variable that would do.
std::string Missing(const CommandInfo& command, const std::string& message) {
  for (const OptionInfo& option : command.options) {
    const bool meant = message.rfind(option.names.back() + " ", 0) == 0;
    if (meant && !option.environment.empty()) {
      return message + "; give it, or set " + option.environment + " in the environment";
    }
  }
  return message;
}

/// "--log-format needs a value, text|json", or that one is enough. CLI11 has one error for both,
/// and tells them apart in words alone.
std::string Valueless(const CommandInfo& command, const std::string& message) {
  for (const OptionInfo& option : command.options) {
    if (message.rfind(option.names.back() + ":", 0) == 0) {
      if (!option.value.empty() && message.find("At Most") != std::string::npos) {
        return option.names.back() + " was given more than once";
      }
      return option.names.back() +
             (option.value.empty() ? " takes no value" : " needs a value, " + option.value);
    }
  }
  return message;
}

std::string WhatIsWrong(const CLI::App& named, const CLI::ParseError& error) {
  const CommandInfo command = TreeOf(named);
  const auto unexpected = named.remaining();
  if (!unexpected.empty()) {
    return Unexpected(command, unexpected.front());
  }
  const bool required = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  if (required && command.needs_command) {
    return "a command is missing";
  }
  if (required) {
    return Missing(command, error.what());
  }
  const bool valueless = dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr;
  return valueless ? Valueless(command, error.what()) : error.what();
}

int Refuse(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& named = NamedCommand(app);
  std::cerr << FullName(named) << ": " << WhatIsWrong(named, error) << "\n"
            << "Run '" << FullName(named) << " --help' for what it takes.\n";
  return kExitUsage;
}

/// `help COMMAND` is what people type; it is `COMMAND --help`.
std::vector<std::string> ReversedArguments(int argc, const char* const* argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments.front() == "help") {
    arguments.erase(arguments.begin());
    arguments.emplace_back("--help");
  }
  std::reverse(arguments.begin(), arguments.end());
  return arguments;
}

}  // namespace

std::unique_ptr<CLI::App> MakeApp() {
  auto app = std::make_unique<CLI::App>(
      "Portcullis enforces Kubernetes NetworkPolicy with nftables, beside any network plugin that "
      "does not.",
      "portcullis");
  app->require_subcommand(1);
  app->set_help_flag("-h,--help", "Print this help and exit");
  app->set_version_flag("--version", std::string("portcullis ") + kVersion, "Print the version");
  app->formatter_fn(Help);
  SetFooter(*app,
            {{"Exit codes",
              {"0  done, or stopped by a signal; yes, of a command that answers",
               "1  failed; no, of a command that answers (see its --help)",
               "2  wrong usage or configuration",
               "3  missing privileges",
               "4  no answer: the API server, the kernel or a file failed"}},
             {"Examples",
              {"portcullis run --kubeconfig ~/.kube/config --node-name node1 --listen :10310",
               "portcullis render -f policies/ -f pods.yaml --node-name node1",
               "portcullis help run"}}});
  return app;
}

std::optional<int> Parse(CLI::App& app, int argc, const char* const* argv) {
  auto arguments = ReversedArguments(argc, argv);
  try {
    app.parse(arguments);
    return std::nullopt;
  } catch (const CLI::Success& success) {
    return app.exit(success, std::cout, std::cerr);
  } catch (const CLI::ParseError& error) {
    return Refuse(app, error);
  }
}

}  // namespace portcullis::cli
