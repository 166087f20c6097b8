// SPDX-License-Identifier: Apache-2.0
//
// Questions of other threads to the reconciler's thread, which alone may look at the engine: a
// function that it calls between two of its steps, with a view of what it knows. Posted at an
// InquiryDesk (event_queue is the real one), answered by reconcile_loop. No thread and no lock of
// its own but for the answer that somebody waits for.
//
// An inquiry delays enforcement for as long as it runs: it copies out what it needs (some
// milliseconds at most), and words, numbers and texts are made of that elsewhere. It may run when
// nobody waits for it any more, or never, so it owns what it refers to.
#ifndef PORTCULLIS_CONTROLLER_STATUS_INQUIRY_H_
#define PORTCULLIS_CONTROLLER_STATUS_INQUIRY_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "controller/status/loop_view.h"

namespace portcullis {

using Inquiry = std::function<void(const LoopView&)>;

class InquiryDesk {
 public:
  /// So many may wait for the reconciler.
  static constexpr size_t kMaxWaiting = 64;

  InquiryDesk() = default;
  virtual ~InquiryDesk() = default;
  InquiryDesk(const InquiryDesk&) = delete;
  InquiryDesk& operator=(const InquiryDesk&) = delete;
  InquiryDesk(InquiryDesk&&) = delete;
  InquiryDesk& operator=(InquiryDesk&&) = delete;

  /// Has `inquiry` called on the reconciler's thread, and does not wait for it. False where too
  /// many wait already, or where the loop has ended: then it never will be. One that was taken is
  /// dropped, uncalled, where the loop ends before its turn. Any thread may call this.
  [[nodiscard]] virtual bool Post(Inquiry inquiry) = 0;
};

/// Where an answer is waited for.
template <typename Answer>
class Reply {
 public:
  /// The first one counts. Nothing: there will be none.
  void Give(std::optional<Answer> answer) {
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(given_, true)) {
        return;
      }
      answer_ = std::move(answer);
    }
    ready_.notify_all();
  }

  [[nodiscard]] std::optional<Answer> Await(std::chrono::milliseconds limit) {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, limit, [this] { return given_; });
    return std::move(answer_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  // Protected by mutex_.
  bool given_ = false;
  std::optional<Answer> answer_;
};

/// Waits for what `question(const LoopView&)` returns, for `limit` at most; nothing where it was
/// not answered by then, could not be taken, or was dropped.
/// REQUIRES: not called on the reconciler's thread.
template <typename Question>
[[nodiscard]] auto Ask(InquiryDesk& desk, Question question, std::chrono::milliseconds limit)
    -> std::optional<decltype(question(std::declval<const LoopView&>()))> {
  using Answer = decltype(question(std::declval<const LoopView&>()));
  const auto reply = std::make_shared<Reply<Answer>>();
  // Goes with the inquiry, called or not, so that nobody waits for one that was dropped.
  std::shared_ptr<void> end(nullptr, [reply](void* /*none*/) { reply->Give(std::nullopt); });
  Inquiry inquiry =
      [reply, question = std::move(question), end = std::move(end)](const LoopView& view) {
        reply->Give(question(view));
      };
  return desk.Post(std::move(inquiry)) ? reply->Await(limit) : std::nullopt;
}

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_STATUS_INQUIRY_H_
