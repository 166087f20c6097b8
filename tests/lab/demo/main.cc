// SPDX-License-Identifier: Apache-2.0
//
// portcullis-demo: two nodes and some pods on this machine, as network namespaces, with the real
// program on each node; shows with packets what policies do. `make demo` runs it.
#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#include <sys/wait.h>

#include "tests/lab/demo/walk.h"

#include <CLI/CLI.hpp>

namespace portcullis::lab {
namespace {

constexpr char kFolder[] = "/run/portcullis-demo";
constexpr char kPrefix[] = "pcd-";
constexpr int kPacketsWrong = 1;
constexpr int kNotDone = 2;

struct Arguments {
  bool routed = false;
  bool keep = false;
  bool down = false;
};

std::filesystem::path PidFile() {
  return std::filesystem::path(kFolder) / "pid";
}

/// The process that holds a lab that was kept; 0: there is none.
pid_t Keeper() {
  pid_t pid = 0;
  std::ifstream(PidFile()) >> pid;
  std::error_code gone;
  const auto program = std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/exe", gone);
  return pid > 0 && !gone && program.filename() == "portcullis-demo" ? pid : 0;
}

/// Ends the keeper, which removes the lab, and whatever a killed one left.
int TakeDown() {
  const pid_t keeper = Keeper();
  if (keeper > 0) {
    ::kill(keeper, SIGTERM);
    for (int i = 0; i < 100 && Keeper() == keeper; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  const auto left = NamespacesWithPrefix(kPrefix);
  RemoveNamespaces(left);
  std::error_code ignored;
  std::filesystem::remove_all(kFolder, ignored);
  std::puts(keeper > 0 || !left.empty() ? "the demo's lab is gone" : "there was no lab");
  return 0;
}

void PrintHowToPlay(Cluster& cluster) {
  const std::string curl = "ip netns exec pcd-api curl -sS";
  const std::string url = cluster.api().url();
  std::printf(R"(
The lab is up. Everything is in namespaces named pcd-*:
  ip netns
  ip netns exec pcd-node1 nft list table inet portcullis
  ip netns exec pcd-client timeout 1 bash -c 'exec 3<>/dev/tcp/10.244.1.2/80 && echo db answers'
  tail -f %s/node1.log
The API server is %s (kubeconfig: %s). A policy of your own:
  %s -X POST -H 'Content-Type: application/json' -d '{
    "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
    "metadata": {"namespace": "default", "name": "mine"},
    "spec": {"podSelector": {"matchLabels": {"role": "db"}}, "policyTypes": ["Ingress"]}}' \
    %s/apis/networking.k8s.io/v1/namespaces/default/networkpolicies
  %s -X DELETE \
    %s/apis/networking.k8s.io/v1/namespaces/default/networkpolicies/mine
To remove it all:
  %s --down
)",
              cluster.folder().c_str(),
              url.c_str(),
              cluster.kubeconfig().c_str(),
              curl.c_str(),
              url.c_str(),
              curl.c_str(),
              url.c_str(),
              ProgramBesideThis("portcullis-demo").c_str());
}

/// Builds the lab, walks, and calls `then` while all is up.
template <typename Then>
int Demonstrate(const Arguments& arguments, const Then& then) {
  ClusterSpec spec;
  spec.lab.wiring = arguments.routed ? Wiring::kRouted : Wiring::kBridged;
  spec.lab.prefix = kPrefix;
  spec.ports = {80, 5978, 6379};
  spec.pods_per_node = 0;
  spec.folder = kFolder;
  std::printf("Two nodes, their pods %s.\n",
              arguments.routed ? "each behind a routed veth" : "on a bridge");
  RemoveNamespaces(NamespacesWithPrefix(kPrefix));  // Of a demo that was killed.
  const k8s::Objects objects = ReadDemoFiles({"cluster.yaml"});
  Cluster cluster(spec);
  std::ofstream(PidFile()) << ::getpid();
  MakePods(cluster, objects);
  cluster.Apply(objects);
  cluster.StartControllers();
  const size_t wrong = Walk(cluster, ColourWanted()).Run();
  std::printf(
      "\n%s\n",
      wrong == 0 ? "Every packet did what the API says." : "PACKETS DID OTHER THAN THE API SAYS.");
  const int status = wrong == 0 ? 0 : kPacketsWrong;
  then(cluster, status);
  return status;
}

/// Neither a Ctrl-C there nor a reader of our output has to do with this process any more.
void LeaveTerminal() {
  ::setsid();
  const int nowhere = Checked(::open("/dev/null", O_RDWR | O_CLOEXEC), "/dev/null");
  for (const int stream : {0, 1, 2}) {
    ::dup2(nowhere, stream);
  }
  ::close(nowhere);
}

/// The lab outlives the command: a process in the background holds it until --down ends it.
int DemonstrateAndKeep(const Arguments& arguments) {
  std::array<int, 2> ends{};
  Checked(::pipe(ends.data()), "pipe");
  const Fd read(ends[0]);
  Fd write(ends[1]);
  const pid_t keeper = Checked(::fork(), "fork");
  if (keeper == 0) {
    return Demonstrate(arguments, [&](Cluster& cluster, int status) {
      PrintHowToPlay(cluster);
      static_cast<void>(std::fflush(stdout));
      LeaveTerminal();
      const char byte = static_cast<char>(status);
      Checked(::write(write.get(), &byte, 1), "write");
      while (true) {
        ::pause();  // A signal ends this process and removes the lab; see interrupt.h.
      }
    });
  }
  write.Close();
  char status = kNotDone;
  if (::read(read.get(), &status, 1) != 1) {
    int ended = 0;
    ::waitpid(keeper, &ended, 0);
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : kNotDone;
  }
  return status;
}

int Run(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{
      "Shows what NetworkPolicies do, with real packets: builds a cluster's network out of network "
      "namespaces, runs `portcullis run` on its nodes, writes policies to an API server, and "
      "prints who reaches whom before and after. Needs root; touches nothing outside of its "
      "namespaces.",
      "portcullis-demo"};
  bool bridged = false;
  auto* routed = app.add_flag("--routed", arguments.routed, "Pods each behind a routed veth (ptp)");
  app.add_flag("--bridged", bridged, "Pods on a bridge (default)")->excludes(routed);
  auto* keep = app.add_flag("--keep", arguments.keep, "Leave the lab up, and say how to use it");
  app.add_flag("--down", arguments.down, "Remove a lab that was left up")->excludes(keep);
  app.footer("Exit codes: 0 every packet did what the API says, 1 some did not, 2 not done.");
  CLI11_PARSE(app, argc, argv);
  if (::geteuid() != 0) {
    std::cerr << "portcullis-demo: network namespaces need root: sudo " << argv[0] << "\n";
    return kNotDone;
  }
  if (arguments.down) {
    return TakeDown();
  }
  if (Keeper() > 0) {
    std::cerr << "portcullis-demo: a lab is up already; remove it with --down\n";
    return kNotDone;
  }
  if (arguments.keep) {
    return DemonstrateAndKeep(arguments);
  }
  return Demonstrate(arguments, [](Cluster&, int) {});
}

}  // namespace
}  // namespace portcullis::lab

int main(int argc, char** argv) {
  try {
    return portcullis::lab::Run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "portcullis-demo: " << error.what() << "\n";
    return 2;
  }
}
