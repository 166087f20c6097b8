// SPDX-License-Identifier: Apache-2.0
//
// The API server of tests/support/api as a WholeApi.
#include <fstream>

#include "tests/bench/whole/whole_api.h"
#include "tests/k8s-client/certificates.h"
#include "tests/support/api/api_server.h"

namespace portcullis::bench {
namespace {

constexpr char kToken[] = "token-of-the-benchmark";
constexpr int kPort = 6443;

std::string WriteFile(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

std::unique_ptr<test::ApiServer> Serve(const lab::Host& host, const std::filesystem::path& folder) {
  const std::string address = host.Address(Family::kIpv4).ToString();
  const test::Authority authority("benchmark");
  const test::Certificate server = authority.Issue("IP:" + address);
  WriteFile(folder / "ca.pem", authority.certificate());
  test::ApiServer::Options options;
  options.address = address;
  options.port = kPort;
  options.certificate_file = WriteFile(folder / "server.pem", server.certificate);
  options.key_file = WriteFile(folder / "server-key.pem", server.key);
  options.token = kToken;
  const lab::EnterNetns inside(host.netns);
  auto started = test::ApiServer::Start(options);
  if (!started) {
    throw lab::LabError(started.error().message);
  }
  return std::move(*started);
}

class OwnApi final : public WholeApi {
 public:
  OwnApi(const lab::Host& host, const std::filesystem::path& folder)
      : server_(Serve(host, folder)),
        kubeconfig_(WriteKubeconfig(folder, server_->url(), kToken)) {}

  [[nodiscard]] std::string Name() const override { return kOwnApi; }
  [[nodiscard]] std::filesystem::path Kubeconfig() const override { return kubeconfig_; }

  void Load(size_t count, const std::function<Body(size_t)>& body) override {
    for (size_t i = 0; i < count; ++i) {
      server_->ApplyPrepared(body(i).object);
    }
  }
  void Write(const Body& body) override { server_->ApplyPrepared(body.object); }
  void Delete(const Body& body) override { server_->DeletePrepared(body.object); }
  bool ExpireWatches() override {
    server_->Compact();
    server_->EndWatches();
    return true;
  }
  [[nodiscard]] pid_t pid() const override { return 0; }

 private:
  std::unique_ptr<test::ApiServer> server_;
  std::filesystem::path kubeconfig_;
};

}  // namespace

std::unique_ptr<WholeApi> StartOwnApi(const lab::Host& host, const std::filesystem::path& folder) {
  return std::make_unique<OwnApi>(host, folder);
}

std::filesystem::path WriteKubeconfig(const std::filesystem::path& folder,
                                      const std::string& server,
                                      const std::string& token) {
  return WriteFile(folder / "kubeconfig",
                   "apiVersion: v1\nkind: Config\ncurrent-context: bench\n"
                   "clusters: [{name: bench, cluster: {server: \"" +
                       server + "\", certificate-authority: \"" + (folder / "ca.pem").string() +
                       "\"}}]\nusers: [{name: bench, user: {token: \"" + token +
                       "\"}}]\n"
                       "contexts: [{name: bench, context: {cluster: bench, user: bench}}]\n");
}

}  // namespace portcullis::bench
