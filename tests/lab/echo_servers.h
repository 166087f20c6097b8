// SPDX-License-Identifier: Apache-2.0
//
// What answers probes: in each namespace TCP and UDP echo servers and an SCTP responder, all run by
// one thread. ICMP echo is the kernel's work. Neighbours: probe asks; topology has the hosts.
//
// Thread safety: Serve() and Stop() may be called while the thread runs.
#ifndef PORTCULLIS_TESTS_LAB_ECHO_SERVERS_H_
#define PORTCULLIS_TESTS_LAB_ECHO_SERVERS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "tests/lab/netns.h"

namespace portcullis::lab {

class EchoServers {
 public:
  /// Servers on `ports`, for TCP, UDP and SCTP alike.
  explicit EchoServers(std::vector<uint16_t> ports);
  ~EchoServers();
  EchoServers(const EchoServers&) = delete;
  EchoServers& operator=(const EchoServers&) = delete;
  EchoServers(EchoServers&&) = delete;
  EchoServers& operator=(EchoServers&&) = delete;

  /// Serves on every address of both families that the namespace has or will have.
  void Serve(const Netns& netns);
  /// Closes what Serve() opened, by the namespace's name.
  void Stop(const std::string& netns_name);

  [[nodiscard]] const std::vector<uint16_t>& ports() const { return ports_; }

 private:
  enum class Kind { kListener, kConnection, kUdp, kSctp4, kSctp6 };
  struct Server {
    Kind kind = Kind::kListener;
    std::string netns;
    Fd fd;
  };

  void Run(const std::stop_token& stop);
  void Handle(int fd);
  void Add(Kind kind, const std::string& netns, Fd fd);
  void Accept(const Server& listener);
  void EchoStream(int fd);
  void AnswerSctp(const Server& server) const;

  const std::vector<uint16_t> ports_;
  Fd epoll_;
  std::mutex mutex_;
  std::unordered_map<int, Server> servers_;  ///< By descriptor; protected by mutex_.
  std::jthread thread_;
};

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_ECHO_SERVERS_H_
