// SPDX-License-Identifier: Apache-2.0
//
// /agnhost of the cluster tests' image, where the kernel has no SCTP sockets: `connect` of all
// protocols, the SCTP servers of `porter` and `netexec`, `sctp-echo`. Everything else is the real
// agnhost, /agnhost.real or AGNHOST_REAL. README.md says more.
#include <cerrno>
#include <cstdlib>
#include <string>
#include <vector>

#include <unistd.h>

#include "tests/cluster/agnhost/command_line.h"
#include "tests/cluster/agnhost/connect.h"
#include "tests/cluster/agnhost/serve.h"
#include "tests/cluster/agnhost/system.h"

namespace portcullis::agnhost {
namespace {

using Strings = std::vector<std::string>;

constexpr int kFailed = 1;
constexpr int kCannotRun = 127;

Strings Environment() {
  Strings out;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    out.emplace_back(*variable);
  }
  return out;
}

std::vector<char*> Pointers(Strings& strings) {
  std::vector<char*> out;
  for (std::string& one : strings) {
    out.push_back(one.data());
  }
  out.push_back(nullptr);
  return out;
}

/// Becomes the real agnhost.
int HandOver(const char* name, Strings arguments, Strings environment) {
  const char* other = std::getenv("AGNHOST_REAL");  // NOLINT(concurrency-mt-unsafe): one thread
  const char* program = other != nullptr ? other : "/agnhost.real";
  arguments.insert(arguments.begin(), name);
  ::execve(program, Pointers(arguments).data(), Pointers(environment).data());
  Say("agnhost: cannot run " + std::string(program) + ", the real one: " + ErrorText(errno) +
      ". AGNHOST_REAL says where it is.");
  return kCannotRun;
}

int Report(const Failure& failure) {
  if (failure) {
    Say(*failure);
  }
  return failure ? kFailed : EXIT_SUCCESS;
}

/// Nothing where the real agnhost is to do it.
std::optional<int> Connect(const Strings& arguments) {
  const auto request = ParseConnect(arguments);
  if (!request || (!request->target && request->protocol != Protocol::kSctp)) {
    return std::nullopt;
  }
  if (!request->target) {
    return Report("DNS: " + request->destination + " is no numeric address and port");
  }
  switch (request->protocol) {
    case Protocol::kTcp:
      return Report(ConnectTcp(*request));
    case Protocol::kUdp:
      return Report(ConnectUdp(*request));
    case Protocol::kSctp:
      break;
  }
  return Report(ConnectSctp(*request));
}

int CannotFork() {
  Say("agnhost: cannot start the SCTP server beside this process: " + ErrorText(errno));
  return kFailed;
}

int Porter(const char* name, const Strings& arguments) {
  PorterEnvironment environment = SplitPorter(Environment());
  if (!environment.unusable.empty()) {
    Say("Sctp: failed to resolve address. error: no port in " + environment.unusable.front());
    return kFailed;
  }
  if (!environment.sctp.empty() && !environment.others_served) {
    return Serve(environment.sctp);
  }
  if (!environment.sctp.empty() && !ServeBeside(environment.sctp)) {
    return CannotFork();
  }
  return HandOver(name, arguments, environment.without_sctp);
}

int Netexec(const char* name, const Strings& arguments) {
  const NetexecArguments split = SplitNetexec(arguments);
  if (split.sctp_port && !ServeBeside({Service{*split.sctp_port, Service::Kind::kNetexec, {}}})) {
    return CannotFork();
  }
  return HandOver(name, split.others, Environment());
}

int SctpEcho(const Strings& ports) {
  std::vector<Service> services;
  for (const std::string& text : ports) {
    const auto port = ParsePort(text);
    if (!port) {
      Say("agnhost: sctp-echo: " + text + " is no port");
      return kFailed;
    }
    services.push_back(Service{*port, Service::Kind::kEcho, {}});
  }
  if (services.empty()) {
    Say("usage: agnhost sctp-echo PORT...");
    return kFailed;
  }
  return Serve(services);
}

/// `arguments` follow the program's name.
int Main(const char* name, Strings arguments) {
  const std::string command = arguments.empty() ? "" : arguments.front();
  const Strings rest(arguments.empty() ? arguments.end() : arguments.begin() + 1, arguments.end());
  if (command == "connect") {
    if (const auto status = Connect(rest)) {
      return *status;
    }
  } else if (command == "porter") {
    return Porter(name, arguments);
  } else if (command == "netexec") {
    return Netexec(name, arguments);
  } else if (command == "sctp-echo") {
    return SctpEcho(rest);
  }
  return HandOver(name, std::move(arguments), Environment());
}

}  // namespace
}  // namespace portcullis::agnhost

int main(int argc, char** argv) {
  return portcullis::agnhost::Main(
      argc > 0 ? argv[0] : "agnhost",
      argc > 1 ? std::vector<std::string>(argv + 1, argv + argc) : std::vector<std::string>());
}
