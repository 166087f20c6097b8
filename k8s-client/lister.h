// SPDX-License-Identifier: Apache-2.0
//
// Lists all objects of a kind into its target, page by page: each goes on before the next is asked
// for, so that no more than one is held. Private to the reflector.
//
// No resourceVersion is asked for, so that the list is the present state: one from a server's cache
// could be older than what this process, or the one before it, has acted on. Why pages and not one
// stream (sendInitialEvents): docs/performance.md.
#ifndef PORTCULLIS_K8S_CLIENT_LISTER_H_
#define PORTCULLIS_K8S_CLIENT_LISTER_H_

#include "k8s-client/attempt.h"

namespace portcullis::k8s {

class Lister {
 public:
  explicit Lister(const Context& context) : context_(context) {}

  /// The resourceVersion of the list, which the target has then from begin to end.
  [[nodiscard]] tl::expected<std::string, Failure> Run();

  /// How many objects there are.
  [[nodiscard]] size_t count() const { return count_; }

 private:
  tl::expected<std::string, Failure> RunPages(uint32_t limit);
  tl::expected<std::string, Failure> TakePage(uint32_t limit,
                                              const std::string& token,
                                              std::string& resource_version);
  tl::expected<Format, Failure> Fetch(uint32_t limit, const std::string& token);

  const Context& context_;
  std::string text_;  ///< The page under way; its memory serves for all of them.
  size_t count_ = 0;
  bool expired_midway_ = false;
};

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_LISTER_H_
