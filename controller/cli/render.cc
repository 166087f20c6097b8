// SPDX-License-Identifier: Apache-2.0
//
// See render.h.
#include "controller/cli/render.h"

#include <iostream>
#include <set>

#include "controller/cli/complaint.h"
#include "controller/cli/load_objects.h"
#include "controller/policy/compile.h"
#include "controller/process/exit_codes.h"
#include "nft/print.h"

namespace portcullis::cli {
namespace {

/// Says so where the node has no pod: an empty table is seldom what the person wanted to see.
void WarnOfUnknownNode(const k8s::Objects& objects, const std::string& node_name) {
  std::set<std::string> nodes;
  for (const k8s::Pod& pod : objects.pods) {
    nodes.insert(pod.node_name);
  }
  nodes.erase("");
  if (nodes.count(node_name) > 0) {
    return;
  }
  std::cerr << "portcullis: no pod runs on node " << node_name << "; nodes in these files:";
  for (const std::string& node : nodes) {
    std::cerr << " " << node;
  }
  std::cerr << (nodes.empty() ? " none\n" : "\n");
}

}  // namespace

int Render(const RenderOptions& options) {
  const auto loaded = LoadObjects({options.files, {}});
  if (!loaded) {
    return Complain(loaded.error(), kExitFailure);
  }
  WarnOfUnknownNode(loaded->objects, options.node_name);
  const policy::World world(loaded->objects);
  const nft::Ruleset table = policy::Compile(world, {options.node_name, options.marks});
  return Print(nft::Print(table)) ? kExitOk : kExitFailure;
}

}  // namespace portcullis::cli
