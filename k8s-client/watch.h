// SPDX-License-Identifier: Apache-2.0
//
// One watch connection: events go to the target as they come. Private to the reflector, which
// decides what follows its end.
#ifndef PORTCULLIS_K8S_CLIENT_WATCH_H_
#define PORTCULLIS_K8S_CLIENT_WATCH_H_

#include <memory>

#include "k8s-client/attempt.h"

namespace portcullis::k8s {

class Watch {
 public:
  /// `resource_version` is where the watch begins; it moves on with each event that is taken in.
  Watch(const Context& context, std::string& resource_version)
      : context_(context),
        resource_version_(resource_version) {}

  /// Runs until the watch ends; nothing where the server ended it, as it does now and then.
  [[nodiscard]] Step Run(std::chrono::seconds duration);

  /// How long the watch stood.
  [[nodiscard]] std::chrono::steady_clock::duration age() const;
  [[nodiscard]] bool took_events() const { return took_events_; }
  /// The watch was ended since nobody could understand it.
  [[nodiscard]] bool garbage() const { return garbage_; }

 private:
  [[nodiscard]] Request RequestFor(std::chrono::seconds duration) const;
  [[nodiscard]] Error Problem(const std::string& what) const;
  bool End(Failure failure);
  bool EndAsGarbage(const std::string& what);
  bool Take(const Response& head, std::string_view bytes);
  bool TakeFrame(std::string_view frame);
  bool TakeError(const ApiStatus& status);

  const Context& context_;
  std::string& resource_version_;
  Format format_ = Format::kJson;
  std::unique_ptr<FrameSplitter> frames_;  ///< Null until the head is read.
  std::optional<std::chrono::steady_clock::time_point> connected_at_;
  std::optional<Failure> failure_;  ///< Why the watch was ended from this side.
  bool took_events_ = false;
  bool garbage_ = false;
};

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_WATCH_H_
