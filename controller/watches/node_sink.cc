// SPDX-License-Identifier: Apache-2.0
//
// See node_sink.h.
#include "controller/watches/node_sink.h"

#include <utility>

namespace portcullis {
namespace {

std::string Listed(const policy::PodRanges& ranges) {
  std::string text;
  for (const Cidr& range : ranges) {
    text += (text.empty() ? "" : ", ") + range.ToString();
  }
  return text;
}

}  // namespace

void NodeSink::AddListed(std::vector<k8s::Node> objects) {
  for (k8s::Node& node : objects) {
    listed_ = std::move(node);
  }
}

void NodeSink::Tell(const k8s::Node& node) {
  ReportProblems(node.problems);
  policy::PodRanges ranges = policy::Disjoint(node.pod_cidrs);
  if (told_ == ranges) {
    return;  // As nearly always: a Node changes with each condition that kubelet reports.
  }
  ReportRanges(ranges);
  told_ = ranges;
  queue_.NotePodRanges(std::move(ranges));
}

void NodeSink::ReportProblems(const std::vector<std::string>& problems) {
  if (std::exchange(reported_, problems) == problems) {
    return;
  }
  for (const std::string& problem : problems) {
    log_.Write(
        LogLevel::kWarning,
        "not_understood",
        "Node " + node_name_ + ": " + problem + "; unknown pods of that range are not counted",
        {{"kind", "Node"}, {"object", node_name_}, {"problem", problem}});
  }
}

void NodeSink::ReportRanges(const policy::PodRanges& ranges) {
  const std::string text = Listed(ranges);
  log_.Write(LogLevel::kInfo,
             "pod_ranges",
             ranges.empty()
                 ? "Node " + node_name_ +
                       " names no ranges of its pods' addresses: packets of unknown pods are not "
                       "counted, unless --pod-ranges names them"
                 : "pods of node " + node_name_ + " get addresses of " + text +
                       ": packets of pods that are not known yet are counted",
             {{"node", node_name_}, {"ranges", text}});
}

}  // namespace portcullis
