// SPDX-License-Identifier: Apache-2.0
//
// See cluster.h.
#include "tests/lab/cluster.h"

#include <algorithm>
#include <fstream>

#include "k8s-client/decode.h"
#include "k8s-client/manifest.h"

namespace portcullis::lab {
namespace {

constexpr std::chrono::milliseconds kStartPatience(10'000);

std::filesystem::path MakeFolder(const std::filesystem::path& wanted) {
  if (!wanted.empty()) {
    std::filesystem::create_directories(wanted);
    return wanted;
  }
  std::string pattern = std::filesystem::temp_directory_path() / "portcullis-lab-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    ThrowErrno("mkdtemp");
  }
  return pattern;
}

std::unique_ptr<test::ApiServer> StartApi(const Host& host) {
  const EnterNetns inside(host.netns);
  test::ApiServer::Options options;
  options.address = host.Address(Family::kIpv4).ToString();
  options.port = 8001;
  auto server = test::ApiServer::Start(options);
  if (!server) {
    throw LabError(server.error().message);
  }
  return std::move(*server);
}

/// Writes the objects of one kind that are not in `have` as they are in `want`.
template <typename T>
void WriteChanged(test::ApiServer& api, const std::vector<T>& have, const std::vector<T>& want) {
  for (const T& object : want) {
    if (std::find(have.begin(), have.end(), object) != have.end()) {
      continue;
    }
    if (const auto written = api.Apply(object); !written) {
      throw LabError(written.error().message);
    }
  }
}

template <typename T>
void DeleteGone(test::ApiServer& api,
                const char* kind,
                const std::vector<T>& have,
                const std::vector<T>& want) {
  for (const T& object : have) {
    const bool stays = std::any_of(want.begin(), want.end(), [&](const T& other) {
      return other.meta.key == object.meta.key;
    });
    if (!stays) {
      api.Delete(kind, object.meta.key);
    }
  }
}

}  // namespace

Cluster::Cluster(ClusterSpec spec)
    : folder_(MakeFolder(spec.folder)),
      lab_(std::move(spec.lab)),
      servers_(std::move(spec.ports)),
      api_(StartApi(lab_.api())) {
  InterruptCleanup::AlsoRemove(folder_);
  std::ofstream(kubeconfig()) << KubeconfigText(api_->url());
  servers_.Serve(lab_.external().netns);
  for (size_t node = 0; node < lab_.spec().nodes; ++node) {
    const Host& host = lab_.node(node);
    servers_.Serve(host.netns);
    ProcessSpec process;
    process.arguments = {ProgramBesideThis("portcullis"),
                         "run",
                         "--kubeconfig",
                         kubeconfig(),
                         "--node-name",
                         host.name,
                         "--start-jitter",
                         "0",
                         "--log-format",
                         "json"};
    process.log_file = folder_ / (host.name + ".log");
    controllers_.push_back(std::make_unique<Process>(std::move(process), host.netns));
    for (uint8_t number = 2; number < 2 + spec.pods_per_node; ++number) {
      AddPod(node, number, "p" + std::to_string(node + 1) + std::to_string(number));
    }
  }
}

Cluster::~Cluster() {
  controllers_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

const Pod& Cluster::AddPod(size_t node, uint8_t number, const std::string& name) {
  const Pod& pod = lab_.AddPod(node, number, name);
  servers_.Serve(pod.netns);
  return pod;
}

void Cluster::Apply(const k8s::Objects& objects) {
  WriteChanged(*api_, objects_.namespaces, objects.namespaces);
  WriteChanged(*api_, objects_.pods, objects.pods);
  WriteChanged(*api_, objects_.policies, objects.policies);
  DeleteGone(*api_, "NetworkPolicy", objects_.policies, objects.policies);
  DeleteGone(*api_, "Pod", objects_.pods, objects.pods);
  DeleteGone(*api_, "Namespace", objects_.namespaces, objects.namespaces);
  objects_ = objects;
}

void Cluster::StartController(size_t node) {
  Process& process = controller(node);
  const size_t offset = process.Log().size();
  process.Start();
  if (!process.WaitForLog("\"event\":\"synced\"", kStartPatience, offset)) {
    throw LabError("portcullis does not enforce on " + lab_.node(node).name + ":\n" +
                   process.Log());
  }
}

void Cluster::StartControllers() {
  for (size_t node = 0; node < lab_.spec().nodes; ++node) {
    StartController(node);
  }
}

Verdict Cluster::JudgeAll() {
  const std::vector<Probe> questions = AllQuestions(lab_, servers_.ports());
  Verdict verdict = JudgeUntilRight(engine_, lab_, objects_, questions);
  verdict += Judge(engine_, lab_, objects_, questions);
  return verdict;
}

void Cluster::RestartApi() {
  const EnterNetns inside(lab_.api().netns);
  if (const auto restarted = api_->Restart(); !restarted) {
    throw LabError(restarted.error().message);
  }
}

k8s::NetworkPolicy PolicyFromYaml(std::string_view yaml) {
  const auto objects = k8s::ParseManifest(yaml);
  if (!objects || objects->size() != 1) {
    throw LabError("no policy: " + std::string(yaml));
  }
  auto policy = k8s::DecodeNetworkPolicy(objects->front().json);
  if (!policy) {
    throw LabError(policy.error().message);
  }
  return std::move(*policy);
}

std::filesystem::path ProgramBesideThis(const std::string& name) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

std::string KubeconfigText(const std::string& server) {
  return "apiVersion: v1\nkind: Config\ncurrent-context: lab\n"
         "clusters: [{name: lab, cluster: {server: \"" +
         server +
         "\"}}]\nusers: [{name: lab, user: {}}]\n"
         "contexts: [{name: lab, context: {cluster: lab, user: lab}}]\n";
}

}  // namespace portcullis::lab
