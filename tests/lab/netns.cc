// SPDX-License-Identifier: Apache-2.0
//
// See netns.h.
#include "tests/lab/netns.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sched.h>

#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>

namespace portcullis::lab {
namespace {

constexpr std::string_view kFolder = "/run/netns/";
constexpr std::string_view kProcessPrefix = "pcl";

/// The namespace that the process was started in, to come back to.
int HomeNetns() {
  static const Fd kHome(Checked(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "own netns"));
  return kHome.get();
}

void WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = Checked(::write(fd, text.data(), text.size()), "write");
    text.remove_prefix(static_cast<size_t>(written));
  }
}

std::string ReadAll(int fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t size = Checked(::read(fd, buffer.data(), buffer.size()), "read");
    if (size == 0) {
      return text;
    }
    text.append(buffer.data(), static_cast<size_t>(size));
  }
}

struct Pipe {
  Fd read;
  Fd write;
};

Pipe MakePipe() {
  std::array<int, 2> ends{};
  Checked(::pipe2(ends.data(), O_CLOEXEC), "pipe");
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

/// The part of RunProgram between fork and exec: only system calls.
[[noreturn]] void BecomeProgram(char* const* arguments, int input, int output, int netns) {
  sigset_t none;
  ::sigemptyset(&none);
  ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
  if ((netns < 0 || ::setns(netns, CLONE_NEWNET) == 0) && ::dup2(input, 0) == 0 &&
      ::dup2(output, 1) == 1) {
    ::execvp(arguments[0], arguments);
  }
  ::_exit(127);
}

/// Whether the process whose number follows the prefix in `name` ("pcl123-node1") has ended.
bool OwnerHasEnded(std::string_view name) {
  name.remove_prefix(kProcessPrefix.size());
  int pid = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), pid);
  return error == std::errc() && *end == '-' && ::kill(pid, 0) != 0 && errno == ESRCH;
}

}  // namespace

void ThrowErrno(const std::string& what) {
  throw LabError(what + ": " + std::generic_category().message(errno));
}

Netns::Netns(std::string name) : name_(std::move(name)) {
  HomeNetns();
  RunProgram({"ip", "netns", "add", name_});
  const std::string path = std::string(kFolder) + name_;
  fd_ = Fd(Checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path.c_str()));
  for (const char* which : {"all", "default"}) {
    const std::string folder = std::string("net/ipv6/conf/") + which;
    Sysctl(folder + "/disable_ipv6", "0");
    Sysctl(folder + "/accept_dad", "0");
  }
  RunProgram({"ip", "-n", name_, "link", "set", "lo", "up"});
}

Netns Netns::Existing(std::string name, const std::string& path) {
  HomeNetns();
  return {std::move(name), Fd(Checked(::open(path.c_str(), O_RDONLY | O_CLOEXEC), path.c_str()))};
}

Netns::~Netns() {
  if (fd_ && made_here_) {
    RemoveNamespaces({name_});
  }
}

Fd Netns::Socket(int family, int type, int protocol) const {
  const EnterNetns inside(*this);
  return Fd(Checked(::socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol), "lab socket"));
}

void Netns::Sysctl(std::string_view path, std::string_view value) const {
  const EnterNetns inside(*this);
  const std::string file = "/proc/sys/" + std::string(path);
  const Fd fd(Checked(::open(file.c_str(), O_WRONLY | O_CLOEXEC), file.c_str()));
  WriteAll(fd.get(), value);
}

EnterNetns::EnterNetns(const Netns& netns) {
  Checked(::setns(netns.fd(), CLONE_NEWNET), "enter a network namespace");
}

EnterNetns::~EnterNetns() {
  // A thread that stays in the wrong namespace would touch the wrong network: end here instead.
  if (::setns(HomeNetns(), CLONE_NEWNET) != 0) {
    std::terminate();
  }
}

std::string RunProgram(const std::vector<std::string>& arguments,
                       std::string_view input,
                       const Netns* netns) {
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) {
    pointers.push_back(const_cast<char*>(argument.c_str()));
  }
  pointers.push_back(nullptr);
  Pipe in = MakePipe();
  Pipe out = MakePipe();
  const pid_t child = Checked(::fork(), "fork");
  if (child == 0) {
    BecomeProgram(pointers.data(), in.read.get(), out.write.get(), netns ? netns->fd() : -1);
  }
  in.read.Close();
  out.write.Close();
  WriteAll(in.write.get(), input);
  in.write.Close();
  std::string output = ReadAll(out.read.get());
  int status = 0;
  Checked(::waitpid(child, &status, 0), "waitpid");
  if (status != 0) {
    std::string line;
    for (const std::string& argument : arguments) {
      line += argument + " ";
    }
    throw LabError("failed: " + line + "\n" + std::string(input));
  }
  return output;
}

std::vector<std::string> NamespacesWithPrefix(std::string_view prefix) {
  std::vector<std::string> names;
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder, absent)) {
    std::string name = entry.path().filename();
    if (name.starts_with(prefix)) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

void RemoveNamespaces(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    const std::string path = std::string(kFolder) + name;
    ::umount2(path.c_str(), MNT_DETACH);
    ::unlink(path.c_str());
  }
}

std::string PrefixOfThisProcess() {
  for (const std::string& name : NamespacesWithPrefix(kProcessPrefix)) {
    if (OwnerHasEnded(name)) {
      RemoveNamespaces({name});
    }
  }
  return std::string(kProcessPrefix) + std::to_string(::getpid()) + "-";
}

}  // namespace portcullis::lab
