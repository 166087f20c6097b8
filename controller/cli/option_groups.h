// SPDX-License-Identifier: Apache-2.0
//
// Options that several commands have, each with one name, one text and one check. A type name that
// is a choice is written `text|json`, one that is a file `FILE`: --help shows it, and completion
// offers it.
#ifndef PORTCULLIS_CONTROLLER_CLI_OPTION_GROUPS_H_
#define PORTCULLIS_CONTROLLER_CLI_OPTION_GROUPS_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/policy/marks.h"

#include <CLI/CLI.hpp>

namespace portcullis::cli {

/// The cluster that is asked. Both empty: KUBECONFIG, ~/.kube/config, or the pod's own.
struct ClusterSource {
  std::string kubeconfig;
  std::string context;
  /// The option by which the command takes files where there is no cluster; empty where it takes
  /// none.
  std::string files_instead;
};

/// Where pods, namespaces and policies come from: from files where there are any, else from the
/// cluster.
struct ObjectSource {
  std::vector<std::string> files;  ///< Files, folders, or "-".
  ClusterSource cluster;
};

/// --node-name, NODE_NAME. Required.
CLI::Option* AddNodeName(CLI::App& command, std::string& node_name);

/// --ct-mark-mask, PORTCULLIS_CT_MARK_MASK.
CLI::Option* AddMarkMask(CLI::App& command, policy::MarkLayout& marks);

/// -f/--filename; `what` says what the files hold.
CLI::Option* AddFiles(CLI::App& command, std::vector<std::string>& files, const std::string& what);

/// --kubeconfig, KUBECONFIG, and --context.
void AddCluster(CLI::App& command, ClusterSource& cluster);

/// -f/--filename, --kubeconfig, --context. The files are those of `source`.
void AddObjectSource(CLI::App& command, ObjectSource& source);

/// -n/--namespace. Stays empty where it is not given: then NamespaceOf() knows.
CLI::Option* AddNamespace(CLI::App& command, std::string& name_space);

template <typename T>
using Choices = std::vector<std::pair<std::string, T>>;

/// The names of the choices in their order, with `separator` between them.
template <typename T>
[[nodiscard]] std::string NamesOf(const Choices<T>& choices, std::string_view separator) {
  std::string names;
  for (const auto& [name, value] : choices) {
    names.append(names.empty() ? "" : separator).append(name);
  }
  return names;
}

/// Sets `value` to the choice of this name; throws what CLI11 shows where there is none.
template <typename T>
void Choose(const std::string& option,
            const std::string& name,
            const Choices<T>& choices,
            T& value) {
  for (const auto& [known, choice] : choices) {
    if (known == name) {
      value = choice;
      return;
    }
  }
  throw CLI::ValidationError(option, "\"" + name + "\" is none of " + NamesOf(choices, ", "));
}

/// An option or positional whose value is one of the choices, and which has to be given.
template <typename T>
CLI::Option* AddRequiredChoice(CLI::App& command,
                               const std::string& name,
                               T& value,
                               const Choices<T>& choices,
                               const std::string& description) {
  return command
      .add_option_function<std::string>(
          name,
          [name, &value, choices](const std::string& text) { Choose(name, text, choices, value); },
          description)
      ->type_name(NamesOf(choices, "|"))
      ->required();
}

/// The same with the present value of `value` as default, which the text says where that is one of
/// the choices.
template <typename T>
CLI::Option* AddChoice(CLI::App& command,
                       const std::string& name,
                       T& value,
                       const Choices<T>& choices,
                       std::string description) {
  for (const auto& [known, choice] : choices) {
    description += choice == value ? " (default " + known + ")" : "";
  }
  return AddRequiredChoice(command, name, value, choices, description)->required(false);
}

/// -o/--output. The present value of `format` is the default.
template <typename T>
CLI::Option* AddOutput(CLI::App& command, T& format, const Choices<T>& formats) {
  return AddChoice(command, "-o,--output", format, formats, "Output format");
}

}  // namespace portcullis::cli

#endif  // PORTCULLIS_CONTROLLER_CLI_OPTION_GROUPS_H_
