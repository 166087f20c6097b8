// SPDX-License-Identifier: Apache-2.0
//
// See setting.h.
#include "tests/bench/whole/setting.h"

#include <cstdlib>

namespace portcullis::bench {
namespace {

constexpr uint16_t kPort = 80;

lab::LabSpec OneNode() {
  lab::LabSpec spec;
  spec.wiring = lab::Wiring::kRouted;
  spec.nodes = 1;
  return spec;
}

std::filesystem::path MakeFolder() {
  std::string pattern = std::filesystem::temp_directory_path() / "portcullis-bench-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    lab::ThrowErrno("mkdtemp");
  }
  lab::InterruptCleanup::AlsoRemove(pattern);
  return pattern;
}

}  // namespace

Setting::Setting(Scale scale, bool quick, const StartApi& start_api)
    : quick_(quick),
      world_(std::move(scale)),
      lab_(OneNode()),
      folder_(MakeFolder()),
      api_(start_api(lab_.api(), folder_)) {
  for (const Target target : {Target::kOpen, Target::kGuarded, Target::kVault}) {
    lab_.AddPod(0, NumberOf(target), NameOf(target));
  }
  // Each probe is a flow of its own, and thousands a second come.
  for (const char* name : {"udp_timeout", "udp_timeout_stream"}) {
    node().netns.Sysctl(std::string("net/netfilter/nf_conntrack_") + name, "2");
  }
  const k8s::Objects objects = world_.Objects();
  api_->Load(objects.namespaces.size(),
             [&](size_t i) { return NamespaceBody(objects.namespaces[i]); });
  api_->Load(objects.policies.size(), [&](size_t i) { return PolicyBody(objects.policies[i]); });
  api_->Load(objects.pods.size(), [&](size_t i) { return PodBody(objects.pods[i]); });
}

void Setting::Use(const MakeSubject& make) {
  subject_.reset();
  subject_ = std::make_unique<Subject>(make(api_->Kubeconfig()), node(), folder_);
}

Setting::~Setting() {
  subject_.reset();
  api_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

std::unique_ptr<Prober> Setting::Probe(const IpAddress& source, Target target) const {
  return std::make_unique<Prober>(lab_.external(), source, lab_.pod(NameOf(target)), kPort);
}

Milliseconds Setting::Passes(Prober& prober, Clock::time_point since) {
  return Must(prober.UntilPasses(since, subject_->spec().patience), "pass");
}

Milliseconds Setting::Drops(Prober& prober, Clock::time_point since) {
  const SubjectSpec& spec = subject_->spec();
  return Must(prober.UntilDropped(since, spec.patience, spec.silence), "are dropped");
}

Milliseconds Setting::Must(const std::optional<Milliseconds>& took, const char* what) {
  if (!took) {
    throw lab::LabError("packets never " + std::string(what) + "; " + subject_->spec().name +
                        (subject_->Running() ? " runs" : " has ended") + ":\n" +
                        subject_->LogTail());
  }
  return *took;
}

Params Setting::At() const {
  Params at = {{"pods", static_cast<int64_t>(world_.scale().pods)},
               {"policies", static_cast<int64_t>(world_.scale().policies)}};
  if (api_->Name() != kOwnApi) {
    at.insert_or_assign("server", api_->Name());
    at.insert_or_assign("program", subject_ ? subject_->spec().name : "none");
  }
  return at;
}

}  // namespace portcullis::bench
