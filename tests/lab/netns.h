// SPDX-License-Identifier: Apache-2.0
//
// Named network namespaces that remove themselves, and ways to do something inside one. What the
// lab makes of the network, it makes in here; nothing of the host's own namespace is touched.
// Neighbours: topology wires namespaces, probe and echo_servers open sockets in them.
#ifndef PORTCULLIS_TESTS_LAB_NETNS_H_
#define PORTCULLIS_TESTS_LAB_NETNS_H_

#include <string>
#include <string_view>
#include <vector>

#include "tests/lab/fd.h"

namespace portcullis::lab {

/// A network namespace. One that is made here lies under /run/netns, so that `ip netns exec NAME`
/// works, and is removed at the end.
class Netns {
 public:
  /// Makes the namespace; with its loopback up and IPv6 addresses usable at once (no DAD).
  explicit Netns(std::string name);
  /// One that somebody else made, by the path of its file; it stays when this ends.
  [[nodiscard]] static Netns Existing(std::string name, const std::string& path);
  ~Netns();
  Netns(Netns&&) noexcept = default;
  Netns& operator=(Netns&&) = delete;
  Netns(const Netns&) = delete;
  Netns& operator=(const Netns&) = delete;

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] int fd() const { return fd_.get(); }

  /// A non-blocking, close-on-exec socket that lives in this namespace whoever uses it.
  [[nodiscard]] Fd Socket(int family, int type, int protocol) const;
  /// Writes /proc/sys/<path> of this namespace, e.g. ("net/ipv4/ip_forward", "1").
  void Sysctl(std::string_view path, std::string_view value) const;

 private:
  Netns(std::string name, Fd fd) : name_(std::move(name)), fd_(std::move(fd)), made_here_(false) {}

  std::string name_;
  Fd fd_;
  bool made_here_ = true;
};

/// The calling thread is in a namespace as long as this lives, then again where it was.
class EnterNetns {
 public:
  explicit EnterNetns(const Netns& netns);
  ~EnterNetns();
  EnterNetns(const EnterNetns&) = delete;
  EnterNetns& operator=(const EnterNetns&) = delete;
  EnterNetns(EnterNetns&&) = delete;
  EnterNetns& operator=(EnterNetns&&) = delete;
};

/// Runs a program with `input` on its standard input and returns its standard output. Throws where
/// it ends with an error. Run in `netns`, or where the caller is.
std::string RunProgram(const std::vector<std::string>& arguments,
                       std::string_view input = {},
                       const Netns* netns = nullptr);

/// The names of the namespaces under /run/netns that begin with `prefix`.
[[nodiscard]] std::vector<std::string> NamespacesWithPrefix(std::string_view prefix);
/// Removes namespaces by name; those that are gone already are no error.
void RemoveNamespaces(const std::vector<std::string>& names);
/// A prefix for the namespaces of this process: "pcl<pid>-". Removes those of processes that ended
/// without doing so themselves.
[[nodiscard]] std::string PrefixOfThisProcess();

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_NETNS_H_
