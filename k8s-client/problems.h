// SPDX-License-Identifier: Apache-2.0
//
// What the decoders could not understand, as sentences for people: where in the object, and why.
// The same for every format an object may come in. Pure; between json, protobuf and the decoders
// that use them.
#ifndef PORTCULLIS_K8S_CLIENT_PROBLEMS_H_
#define PORTCULLIS_K8S_CLIENT_PROBLEMS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::k8s {

/// Where a value is, as a chain of steps on the stack: it costs nothing until a problem needs its
/// text, such as "ingress[0].from[2].ipBlock.cidr".
class Path {
 public:
  Path() = default;
  Path(const Path& parent, std::string_view field) : parent_(&parent), field_(field) {}
  Path(const Path& parent, size_t index) : parent_(&parent), index_(index) {}

  [[nodiscard]] std::string ToString() const;

 private:
  const Path* parent_ = nullptr;
  std::string_view field_;
  std::optional<size_t> index_;
};

/// Collects what could not be understood.
class Problems {
 public:
  explicit Problems(std::vector<std::string>& messages) : messages_(messages) {}

  /// Adds "path: what"; false, so that a reader can `return problems.Add(...)`.
  bool Add(const Path& path, std::string_view what);
  bool AddUnknownField(const Path& path, std::string_view field);

  /// How many there are: a reader that finds more than before knows that it must not trust what it
  /// has read.
  [[nodiscard]] size_t count() const { return messages_.size(); }

 private:
  std::vector<std::string>& messages_;
};

/// `text` in quotes, shortened where it is long, for messages.
[[nodiscard]] std::string Quoted(std::string_view text);

}  // namespace portcullis::k8s

#endif  // PORTCULLIS_K8S_CLIENT_PROBLEMS_H_
