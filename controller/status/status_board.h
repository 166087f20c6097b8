// SPDX-License-Identifier: Apache-2.0
//
// The one Status of the process, behind one lock: the reconcile loop and the watches write what
// they know, the HTTP server reads copies. Decides nothing; health and metrics do, from a copy.
//
// Thread safety: every method may be called from any thread.
#ifndef PORTCULLIS_CONTROLLER_STATUS_STATUS_BOARD_H_
#define PORTCULLIS_CONTROLLER_STATUS_STATUS_BOARD_H_

#include <mutex>
#include <utility>

#include "controller/status/status.h"

namespace portcullis {

class StatusBoard {
 public:
  explicit StatusBoard(Status status) : status_(std::move(status)) {}

  /// Calls `edit(Status&)` with the lock held: it must be short and must not come back here.
  template <typename Edit>
  void Write(const Edit& edit) {
    const std::lock_guard lock(mutex_);
    edit(status_);
  }

  [[nodiscard]] Status Read() const {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  mutable std::mutex mutex_;
  Status status_;  // Protected by mutex_.
};

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_STATUS_STATUS_BOARD_H_
