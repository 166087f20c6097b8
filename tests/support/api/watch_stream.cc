// SPDX-License-Identifier: Apache-2.0
//
// See watch_stream.h.
#include "tests/support/api/watch_stream.h"

#include <algorithm>
#include <utility>

namespace portcullis::test {
namespace {

constexpr int kGone = 410;
// How often a watch with nothing to send looks whether its client is still there.
constexpr std::chrono::seconds kLivenessInterval{1};

}  // namespace

bool Send(const Connection& connection, const std::string& bytes, bool slow) {
  if (!slow) {
    return connection.write(bytes.data(), bytes.size());
  }
  return std::all_of(bytes.begin(), bytes.end(), [&connection](const char& byte) {
    return connection.write(&byte, 1);
  });
}

WatchStream::WatchStream(Target target,
                         k8s::Format format,
                         uint64_t version,
                         const FaultState& now,
                         ObjectStore& store,
                         Faults& faults)
    : target_(std::move(target)),
      format_(format),
      version_(version),
      cuts_(now.cuts),
      ends_(now.ends),
      injections_(now.injections),
      changes_(now.changes),
      store_(store),
      faults_(faults) {}

void WatchStream::SendBookmarks(std::chrono::milliseconds interval) {
  bookmark_interval_ = interval;
  next_bookmark_ = Clock::now() + interval;
}

bool WatchStream::Continue(const Connection& connection) {
  const auto wake_at = std::min({Clock::now() + kLivenessInterval, deadline_, next_bookmark_});
  const FaultState state =
      faults_.Wait(wake_at, [this](const FaultState& now) { return HasWork(now); });
  if (state.stopping || state.cuts != cuts_) {
    return false;
  }
  if (state.stalled) {
    return connection.writable();
  }
  if (!SendFirstBytes(connection, state) || !SendInjected(connection, state) ||
      !SendEvents(connection, state) || !SendBookmark(connection, state)) {
    return false;
  }
  SendEnd(connection, state);
  return connection.writable();
}

bool WatchStream::HasWork(const FaultState& now) const {
  if (now.stopping || now.cuts != cuts_) {
    return true;
  }
  return !now.stalled && (now.changes != changes_ || now.ends != ends_ || !first_.empty() ||
                          now.injections != injections_ || first_call_);
}

bool WatchStream::SendFirstBytes(const Connection& connection, const FaultState& state) {
  first_call_ = false;
  const std::string bytes = std::exchange(first_, {});
  return bytes.empty() || Send(connection, bytes, state.slow);
}

bool WatchStream::SendInjected(const Connection& connection, const FaultState& state) {
  const bool pending = std::exchange(injections_, state.injections) != state.injections;
  return !pending || Send(connection, state.injected, state.slow);
}

bool WatchStream::SendEvents(const Connection& connection, const FaultState& state) {
  changes_ = state.changes;
  const auto events = store_.EventsAfter(*target_.kind, version_);
  if (!events) {
    const bool sent =
        Send(connection, ErrorFrame(format_, kGone, events.error().message), state.slow);
    connection.end();
    return sent;
  }
  // In one piece: a burst would else be a system call and a packet for each event.
  std::string frames;
  for (const StoredEvent& event : events->events) {
    if (!target_.Has(event.object->key())) {
      continue;
    }
    const std::string frame = EventFrame(format_, *target_.kind, event.type, *event.object);
    if (frame.empty()) {
      return false;  // Not to be told in this format: the client has to ask for another.
    }
    frames += frame;
  }
  version_ = events->version;
  return frames.empty() || Send(connection, frames, state.slow);
}

bool WatchStream::SendBookmark(const Connection& connection, const FaultState& state) {
  const auto now = Clock::now();
  if (now < next_bookmark_) {
    return true;
  }
  next_bookmark_ = now + bookmark_interval_;
  return Send(connection, BookmarkFrame(format_, *target_.kind, version_), state.slow);
}

void WatchStream::SendEnd(const Connection& connection, const FaultState& state) const {
  if (state.ends != ends_ || Clock::now() >= deadline_) {
    connection.end();
  }
}

}  // namespace portcullis::test
