// SPDX-License-Identifier: Apache-2.0
//
// See man_page.h. Lines of roff: a request begins with a dot; what is text is escaped.
#include "controller/cli/man_page.h"

#include <cctype>
#include <functional>
#include <map>

namespace portcullis::cli {
namespace {

constexpr size_t kLineWidth = 76;  // linters of roff want 80 at most, escapes included

constexpr char kDescription[] =
    R"(runs on each node of a Kubernetes cluster beside a network plugin that
ignores NetworkPolicy. It watches the API server for pods, namespaces and
policies, and keeps one nftables table,
.BR "inet portcullis" ,
equal to what they ask for. The table outlives the process.
.PP
The same program answers questions about policies, from the live cluster or
from files. These commands write nothing, and need no right on the node
unless they say so.
)";

constexpr char kFiles[] =
    R"(.TP
.I ~/.kube/config
The cluster that is asked where neither an option nor
.B KUBECONFIG
names another.
.TP
.I /var/run/secrets/kubernetes.io/serviceaccount
Token and certificate of the pod's service account, used inside a cluster.
.TP
.I /proc/sys/net/bridge/bridge-nf-call-iptables
Has to be 1 where pods are on a bridge; else packets between them pass
beside the rules.
)";

constexpr char kSeeAlso[] =
    R"(.BR nft (8),
.BR kubectl (1),
.BR conntrack (8)
.PP
The folder
.I doc/portcullis
of what was installed: getting started, troubleshooting, semantics, metrics.
)";

/// Text as roff shows it unchanged.
std::string Escaped(const std::string& text) {
  const bool request = !text.empty() && (text.front() == '.' || text.front() == '\'');
  std::string escaped = request ? "\\&" : "";
  for (const char c : text) {
    escaped += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
  }
  return escaped;
}

/// Text in lines that are fit for a file, with a full stop at its end.
std::string Text(const std::string& text) {
  const bool open = text.empty() || text.back() != '.';
  std::string lines;
  for (const std::string& line : Wrap(open ? text + "." : text, kLineWidth)) {
    lines += Escaped(line) + "\n";
  }
  return lines;
}

std::string Section(const std::string& title, const std::string& content) {
  return content.empty() ? "" : ".SH " + title + "\n" + content;
}

std::string Bold(const std::string& text) {
  return "\\fB" + Escaped(text) + "\\fR";
}

std::string Italic(const std::string& text) {
  return "\\fI" + Escaped(text) + "\\fR";
}

std::string Names(const OptionInfo& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += (names.empty() ? "" : ", ") + Bold(name);
  }
  return names + (option.value.empty() ? "" : " " + Italic(option.value));
}

std::string Option(const OptionInfo& option) {
  std::string text = ".TP\n" + Names(option) + "\n" + Text(option.description);
  if (option.required) {
    text += "Required.\n";
  }
  return text +
         (option.environment.empty() ? "" : "Environment: " + Bold(option.environment) + ".\n");
}

/// Of a command all but the help option, which each has.
std::string Options(const CommandInfo& command) {
  std::string text;
  for (const OptionInfo& each : command.positionals) {
    text += Option(each);
  }
  for (const OptionInfo& option : command.options) {
    text += option.names.back() == "--help" ? "" : Option(option);
  }
  return text;
}

std::string Examples(const CommandInfo& command) {
  std::string text;
  for (const HelpSection& section : command.footer) {
    for (const std::string& line : section.lines) {
      text += section.title == "Examples" ? Escaped(line) + "\n" : "";
    }
  }
  return text.empty() ? "" : ".nf\n" + text + ".fi\n";
}

/// "N  meaning" as a list.
std::string ExitCodes(const CommandInfo& command) {
  std::string text;
  for (const HelpSection& section : command.footer) {
    for (const std::string& line : section.lines) {
      if (section.title == "Exit codes" && line.find("  ") != std::string::npos) {
        const size_t gap = line.find("  ");
        text += ".TP\n" + Bold(line.substr(0, gap)) + "\n" + Text(line.substr(gap));
      }
    }
  }
  return text;
}

using Visit = std::function<std::string(const std::string& path, const CommandInfo& command)>;

/// What `visit` makes of each command but the program itself.
std::string OfAllCommands(const CommandInfo& program, const Visit& visit) {
  std::string text;
  ForEachCommand(program, [&](const std::string& path, const CommandInfo& command) {
    text += path == program.name ? "" : visit(path, command);
  });
  return text;
}

std::string Synopsis(const CommandInfo& program) {
  return ".B " + program.name + "\n.I COMMAND\n[\n.I OPTIONS\n]\n.br\n.B " + program.name +
         " help\n[\n.I COMMAND\n]\n";
}

std::string CommandList(const CommandInfo& program) {
  return OfAllCommands(program, [](const std::string& path, const CommandInfo& command) {
    return ".TP\n" + Bold(path.substr(path.find(' ') + 1)) + "\n" + Text(command.description);
  });
}

std::string OptionsByCommand(const CommandInfo& program) {
  const std::string text = "Every command has " + Bold("--help") + ".\n" + Options(program);
  return text + OfAllCommands(program, [](const std::string& path, const CommandInfo& command) {
           const std::string options = Options(command);
           return options.empty() ? "" : ".SS " + Escaped(path) + "\n" + options;
         });
}

std::string Environment(const CommandInfo& program) {
  std::map<std::string, std::string> variables;  // to the option that each stands in for
  ForEachCommand(program, [&](const std::string& /*path*/, const CommandInfo& command) {
    for (const OptionInfo& option : command.options) {
      if (!option.environment.empty()) {
        variables.emplace(option.environment, option.names.back());
      }
    }
  });
  std::string text;
  for (const auto& [variable, option] : variables) {
    text += ".TP\n" + Bold(variable) + "\nStands in for " + Bold(option) + ".\n";
  }
  return text + ".TP\n" + Bold("NO_COLOR") + "\nWith any value: no colours.\n";
}

std::string ExitStatus(const CommandInfo& program) {
  return ExitCodes(program) +
         OfAllCommands(program, [](const std::string& path, const CommandInfo& command) {
           return ".SS " + Escaped(path) + "\n" + ExitCodes(command);
         });
}

std::string AllExamples(const CommandInfo& program) {
  return OfAllCommands(program, [](const std::string& path, const CommandInfo& command) {
    return ".SS " + Escaped(path) + "\n" + Examples(command);
  });
}

}  // namespace

std::string ManPage(const CommandInfo& program,
                    const std::string& version,
                    const std::string& date) {
  const std::string name = program.name;
  std::string title = name;
  for (char& c : title) {
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return ".\\\" Made by `" + name + " man`.\n.TH " + title + " 1 " + date + " \"" + name + " " +
         Escaped(version) + "\" \"User Commands\"\n" +
         Section("NAME", name + " \\- Kubernetes NetworkPolicy by nftables\n") +
         Section("SYNOPSIS", Synopsis(program)) +
         Section("DESCRIPTION", ".B " + name + "\n" + kDescription) +
         Section("COMMANDS", CommandList(program)) + Section("OPTIONS", OptionsByCommand(program)) +
         Section("ENVIRONMENT", Environment(program)) + Section("FILES", kFiles) +
         Section("EXIT STATUS", ExitStatus(program)) + Section("EXAMPLES", AllExamples(program)) +
         Section("SEE ALSO", kSeeAlso);
}

}  // namespace portcullis::cli
