// SPDX-License-Identifier: Apache-2.0
//
// See option_groups.h.
#include "controller/cli/option_groups.h"

namespace portcullis::cli {

CLI::Option* AddNodeName(CLI::App& command, std::string& node_name) {
  return command
      .add_option("--node-name", node_name, "Node whose pods are protected (spec.nodeName)")
      ->envname("NODE_NAME")
      ->type_name("NODE")
      ->required();
}

CLI::Option* AddMarkMask(CLI::App& command, policy::MarkLayout& marks) {
  const auto parse = [&marks](const std::string& text) {
    const auto layout = policy::MarkLayout::Parse(text);
    if (!layout) {
      throw CLI::ValidationError("--ct-mark-mask", layout.error().message);
    }
    marks = *layout;
  };
  return command
      .add_option_function<std::string>(
          "--ct-mark-mask",
          parse,
          "Bits of the conntrack mark to use: one unbroken run that nobody else uses "
          "(default 0xff000000)")
      ->envname("PORTCULLIS_CT_MARK_MASK")
      ->type_name("MASK");
}

CLI::Option* AddFiles(CLI::App& command, std::vector<std::string>& files, const std::string& what) {
  return command
      .add_option("-f,--filename",
                  files,
                  "YAML or JSON with " + what +
                      ": a file, a folder, or - for standard input; may be repeated")
      ->type_name("FILE")
      ->allow_extra_args(false);
}

void AddCluster(CLI::App& command, ClusterSource& cluster) {
  command
      .add_option("--kubeconfig",
                  cluster.kubeconfig,
                  "File with the API server's address and credentials (default: those that "
                  "KUBECONFIG names, ~/.kube/config, or the pod's service account)")
      ->type_name("FILE");
  command
      .add_option("--context", cluster.context, "Context of the kubeconfig (default: its current)")
      ->type_name("CONTEXT");
}

void AddObjectSource(CLI::App& command, ObjectSource& source) {
  AddFiles(command,
           source.files,
           "Pod, Namespace and NetworkPolicy objects to use instead of the live cluster's");
  source.cluster.files_instead = "-f";
  AddCluster(command, source.cluster);
}

CLI::Option* AddNamespace(CLI::App& command, std::string& name_space) {
  return command
      .add_option("-n,--namespace",
                  name_space,
                  "Namespace of what is named without one (default: that of the kubeconfig's "
                  "context, else default)")
      ->type_name("NAMESPACE");
}

}  // namespace portcullis::cli
