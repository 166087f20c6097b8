// SPDX-License-Identifier: Apache-2.0
//
// See kube_api.h.
#include "tests/bench/whole/kube_api.h"

#include <atomic>
#include <fstream>
#include <future>
#include <thread>
#include <vector>

#include "tests/bench/whole/cache.h"
#include "tests/bench/whole/kube_client.h"
#include "tests/bench/whole/scale_world.h"
#include "tests/k8s-client/certificates.h"
#include "tests/lab/process.h"

namespace portcullis::bench {
namespace {

constexpr char kToken[] = "token-of-the-benchmark";
constexpr int kPort = 6443;
constexpr size_t kWriters = 8;
constexpr std::chrono::seconds kStartPatience(60);
constexpr std::chrono::milliseconds kBetweenLooks(100);

std::string WriteFile(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

lab::ProcessSpec Etcd(const std::filesystem::path& folder) {
  return {{KubernetesFolder() / "etcd",
           "--data-dir=" + (folder / "etcd").string(),
           // What ends with the benchmark needs no disk to wait for.
           "--unsafe-no-fsync",
           "--log-level=warn",
           "--listen-client-urls=http://127.0.0.1:2379",
           "--advertise-client-urls=http://127.0.0.1:2379",
           "--listen-peer-urls=http://127.0.0.1:2380"},
          folder / "etcd.log"};
}

/// Of a kube-apiserver whose one user may do everything.
lab::ProcessSpec ApiServer(const std::filesystem::path& folder, const std::string& address) {
  const test::Authority authority("benchmark");
  const test::Certificate server = authority.Issue("IP:" + address);
  const test::Certificate accounts = authority.Issue("DNS:accounts");
  WriteFile(folder / "ca.pem", authority.certificate());
  const std::string certificate = WriteFile(folder / "server.pem", server.certificate);
  const std::string key = WriteFile(folder / "server-key.pem", server.key);
  const std::string accounts_certificate = WriteFile(folder / "sa.pem", accounts.certificate);
  const std::string accounts_key = WriteFile(folder / "sa-key.pem", accounts.key);
  const std::string tokens =
      WriteFile(folder / "tokens.csv", std::string(kToken) + ",admin,1,system:masters\n");
  return {{KubernetesFolder() / "kube-apiserver",
           "--etcd-servers=http://127.0.0.1:2379",
           "--advertise-address=" + address,
           "--secure-port=" + std::to_string(kPort),
           "--service-cluster-ip-range=10.96.0.0/16",
           "--authorization-mode=AlwaysAllow",
           "--token-auth-file=" + tokens,
           "--tls-cert-file=" + certificate,
           "--tls-private-key-file=" + key,
           "--service-account-issuer=https://kubernetes.default.svc",
           "--service-account-key-file=" + accounts_certificate,
           "--service-account-signing-key-file=" + accounts_key,
           // There is no controller that would make the accounts.
           "--disable-admission-plugins=ServiceAccount",
           "--endpoint-reconciler-type=none"},
          folder / "apiserver.log"};
}

class KubeApi final : public WholeApi {
 public:
  KubeApi(const lab::Host& host, const std::filesystem::path& folder)
      : host_(host),
        endpoint_{host.Address(Family::kIpv4).ToString(), kPort, folder / "ca.pem", kToken},
        kubeconfig_(WriteKubeconfig(
            folder, "https://" + endpoint_.address + ":" + std::to_string(kPort), kToken)),
        etcd_(Etcd(folder), host.netns),
        server_(ApiServer(folder, endpoint_.address), host.netns) {
    etcd_.Start();
    server_.Start();
    WaitUntilReady();
  }

  [[nodiscard]] std::string Name() const override { return "kube-apiserver"; }
  [[nodiscard]] std::filesystem::path Kubeconfig() const override { return kubeconfig_; }

  void Load(size_t count, const std::function<Body(size_t)>& body) override {
    std::atomic<size_t> next{0};
    std::vector<std::future<void>> writers;
    for (size_t i = 0; i < kWriters; ++i) {
      writers.push_back(std::async(std::launch::async, [&] {
        const lab::EnterNetns inside(host_.netns);
        KubeClient client(endpoint_, objects_);
        for (size_t at = next++; at < count; at = next++) {
          client.Write(body(at));
        }
      }));
    }
    for (auto& writer : writers) {
      writer.get();
    }
  }
  void Write(const Body& body) override {
    const lab::EnterNetns inside(host_.netns);
    Client().Write(body);
  }
  void Delete(const Body& body) override {
    const lab::EnterNetns inside(host_.netns);
    Client().Delete(body);
  }
  bool ExpireWatches() override { return false; }
  [[nodiscard]] pid_t pid() const override { return server_.pid(); }

 private:
  /// Made when it is first needed: servers end connections that idle, as through a long Load().
  KubeClient& Client() {
    if (!client_) {
      client_ = std::make_unique<KubeClient>(endpoint_, objects_);
    }
    return *client_;
  }

  void WaitUntilReady() {
    const lab::EnterNetns inside(host_.netns);
    KubeClient client(endpoint_, objects_);
    const auto end = std::chrono::steady_clock::now() + kStartPatience;
    while (!client.IsReady()) {
      if (std::chrono::steady_clock::now() > end || !server_.Running() || !etcd_.Running()) {
        throw lab::LabError("no kube-apiserver: " + etcd_.Log() + server_.Log());
      }
      std::this_thread::sleep_for(kBetweenLooks);
    }
    // As the lab has it: its first node.
    client.CreateNode(kLocalNode, "192.168.66.1", "10.244.1.0/24");
  }

  const lab::Host& host_;
  const KubeEndpoint endpoint_;
  const std::filesystem::path kubeconfig_;
  lab::Process etcd_;
  lab::Process server_;
  KubeObjects objects_;
  std::unique_ptr<KubeClient> client_;
};

}  // namespace

std::filesystem::path KubernetesFolder() {
  return FromCache("PORTCULLIS_BENCH_KUBERNETES", "portcullis-cluster/bin/1.34.4");
}

std::unique_ptr<WholeApi> StartKubeApi(const lab::Host& host, const std::filesystem::path& folder) {
  return std::make_unique<KubeApi>(host, folder);
}

}  // namespace portcullis::bench
