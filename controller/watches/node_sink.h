// SPDX-License-Identifier: Apache-2.0
//
// Tells the queue which addresses this node's pods get, as its Node object says, and the log when
// that changes. For counting packets of unknown pods alone: nothing that is enforced waits for it.
// Between k8s-client/reflector, whose list and watch are of this one Node, and event_queue.
//
// Thread safety: lives on the thread of its watch.
#ifndef PORTCULLIS_CONTROLLER_WATCHES_NODE_SINK_H_
#define PORTCULLIS_CONTROLLER_WATCHES_NODE_SINK_H_

#include <optional>
#include <string>
#include <vector>

#include "controller/process/event_log.h"
#include "controller/reconcile/event_queue.h"
#include "k8s-client/node.h"
#include "k8s-client/target.h"

namespace portcullis {

class NodeSink final : public k8s::Sink<k8s::Node> {
 public:
  /// `queue` and `log` must outlive it.
  NodeSink(std::string node_name, EventQueue& queue, EventLog& log)
      : node_name_(std::move(node_name)),
        queue_(queue),
        log_(log) {}

  void BeginList() override { listed_ = {}; }
  void AddListed(std::vector<k8s::Node> objects) override;
  void EndList() override { Tell(listed_); }
  void Upsert(k8s::Node object) override { Tell(object); }
  void Delete(const k8s::ObjectKey& /*key*/) override { Tell({}); }

 private:
  void Tell(const k8s::Node& node);
  void ReportProblems(const std::vector<std::string>& problems);
  void ReportRanges(const policy::PodRanges& ranges);

  const std::string node_name_;
  EventQueue& queue_;
  EventLog& log_;
  k8s::Node listed_;  ///< By the list under way; one without ranges where it has told none.
  std::optional<policy::PodRanges> told_;
  std::vector<std::string> reported_;  ///< Problems that the log has already.
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_WATCHES_NODE_SINK_H_
