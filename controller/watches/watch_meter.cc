// SPDX-License-Identifier: Apache-2.0
//
// See watch_meter.h.
#include "controller/watches/watch_meter.h"

namespace portcullis {

void WatchMeter::OnListed(const std::string& kind,
                          size_t count,
                          const std::string& resource_version,
                          std::chrono::milliseconds duration) {
  board_.Write([&](Status& status) {
    WatchStatus& watch = status.Watch(kind);
    watch.listed = true;
    ++watch.lists;
    watch.resource_version = resource_version;
  });
  next_.OnListed(kind, count, resource_version, duration);
}

void WatchMeter::OnRelist(const std::string& kind, const std::string& reason) {
  board_.Write([&](Status& status) { ++status.Watch(kind).relists; });
  next_.OnRelist(kind, reason);
}

void WatchMeter::OnRetry(const std::string& kind,
                         const Error& error,
                         std::chrono::milliseconds delay) {
  board_.Write([&](Status& status) {
    WatchStatus& watch = status.Watch(kind);
    ++watch.retries;
    watch.trouble = error;
    if (!watch.trouble_since) {
      watch.trouble_since = std::chrono::steady_clock::now();
    }
  });
  next_.OnRetry(kind, error, delay);
}

void WatchMeter::OnBadObject(const std::string& kind, const std::string& message) {
  board_.Write([&](Status& status) { ++status.Watch(kind).bad_objects; });
  next_.OnBadObject(kind, message);
}

void WatchMeter::OnProgress(const std::string& kind,
                            const std::string& resource_version,
                            bool event) {
  board_.Write([&](Status& status) {
    WatchStatus& watch = status.Watch(kind);
    watch.resource_version = resource_version;
    watch.events += event ? 1U : 0U;
  });
  next_.OnProgress(kind, resource_version, event);
}

void WatchMeter::OnConnected(const std::string& kind, bool connected) {
  board_.Write([&](Status& status) {
    WatchStatus& watch = status.Watch(kind);
    watch.up = connected;
    if (connected) {
      watch.stood = true;
      watch.trouble.reset();
      watch.trouble_since.reset();
    }
  });
  next_.OnConnected(kind, connected);
}

}  // namespace portcullis
