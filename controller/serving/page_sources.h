// SPDX-License-Identifier: Apache-2.0
//
// Where the contents of the status pages come from: the board, the reconciler (by inquiries), the
// kernel's counters, the process itself. At the edge; status_pages says which page is which.
#ifndef PORTCULLIS_CONTROLLER_SERVING_PAGE_SOURCES_H_
#define PORTCULLIS_CONTROLLER_SERVING_PAGE_SOURCES_H_

#include <functional>
#include <string>

#include "controller/metrics/metrics.h"
#include "controller/reconcile/packet_counter.h"
#include "controller/status/inquiry.h"
#include "controller/status/status_board.h"
#include "controller/status/status_pages.h"

namespace portcullis {

struct PageParts {
  std::string node;
  std::string version;
  const StatusBoard& board;
  InquiryDesk& desk;
  PacketCounter& packets;
  std::function<PodPackets()> pods;  ///< For --metrics-per-pod; may be empty.
};

/// All of `parts` must outlive what is returned, which one thread may call at a time.
[[nodiscard]] PageSources MakePageSources(PageParts parts);

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_SERVING_PAGE_SOURCES_H_
