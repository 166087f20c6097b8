// SPDX-License-Identifier: Apache-2.0
//
// See api_server.h. One httplib::Server per period between Restart() and Stop(), since it cannot
// listen twice.
#include "tests/support/api/api_server.h"

#include <thread>
#include <utility>

#include <httplib.h>

#include "tests/support/api/faults.h"
#include "tests/support/api/request_handler.h"
#include "tests/support/api/target.h"

namespace portcullis::test {
namespace {

// Kept-alive connections delay Stop() by so much at most.
constexpr time_t kKeepAliveSeconds = 1;

}  // namespace

class ApiServer::Impl {
 public:
  Impl(Options options, ObjectStore& store)
      : options_(std::move(options)),
        handler_(options_, store, faults_) {
    faults_.Change([this](FaultState& state) { state.protobuf = options_.protobuf; });
    store.OnChange([this] { faults_.Change([](FaultState& state) { ++state.changes; }); });
  }
  ~Impl() { Close(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  Impl(Impl&&) = delete;
  Impl& operator=(Impl&&) = delete;

  Result<void> Open();
  void Close();

  [[nodiscard]] int port() const { return options_.port; }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] Faults& faults() { return faults_; }

 private:
  void SetUp(httplib::Server& server);

  Options options_;
  Faults faults_;
  RequestHandler handler_;
  std::unique_ptr<httplib::Server> server_;
  std::thread thread_;
};

Result<void> ApiServer::Impl::Open() {
  if (options_.certificate_file.empty()) {
    server_ = std::make_unique<httplib::Server>();
  } else {
    const std::string& ca = options_.client_ca_file;
    server_ = std::make_unique<httplib::SSLServer>(options_.certificate_file.c_str(),
                                                   options_.key_file.c_str(),
                                                   ca.empty() ? nullptr : ca.c_str());
  }
  if (!server_->is_valid()) {
    return Fail(ErrorCode::kInvalidArgument, "the certificate or the key cannot be used");
  }
  SetUp(*server_);
  if (options_.port == 0) {
    options_.port = server_->bind_to_any_port(options_.address);
  } else if (!server_->bind_to_port(options_.address, options_.port)) {
    return Fail(ErrorCode::kUnavailable,
                "cannot listen on " + options_.address + " port " + std::to_string(options_.port));
  }
  if (options_.port <= 0) {
    options_.port = 0;
    return Fail(ErrorCode::kUnavailable, "cannot listen on " + options_.address);
  }
  faults_.Change([](FaultState& state) { state.stopping = false; });
  thread_ = std::thread([server = server_.get()] { server->listen_after_bind(); });
  while (!server_->is_running()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));  // A stop() before that is lost.
  }
  return {};
}

void ApiServer::Impl::Close() {
  faults_.Change([](FaultState& state) { state.stopping = true; });
  if (thread_.joinable()) {
    server_->stop();
    thread_.join();
  }
}

void ApiServer::Impl::SetUp(httplib::Server& server) {
  server.new_task_queue = [threads = options_.threads] {
    // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): httplib takes it over
    return new httplib::ThreadPool(threads);
  };
  server.set_tcp_nodelay(true);
  server.set_keep_alive_max_count(1'000'000);
  server.set_keep_alive_timeout(kKeepAliveSeconds);
  const auto handle = [this](const httplib::Request& request, httplib::Response& response) {
    handler_.Handle(request, response);
  };
  server.Get("/.*", handle);
  server.Post("/.*", handle);
  server.Put("/.*", handle);
  server.Delete("/.*", handle);
}

Result<std::unique_ptr<ApiServer>> ApiServer::Start(Options options) {
  std::unique_ptr<ApiServer> server(new ApiServer(std::move(options)));
  const auto opened = server->impl_->Open();
  if (!opened) {
    return Fail(opened.error());
  }
  return server;
}

ApiServer::ApiServer(Options options) : impl_(std::make_unique<Impl>(std::move(options), store_)) {}

ApiServer::~ApiServer() = default;

int ApiServer::port() const {
  return impl_->port();
}

std::string ApiServer::url() const {
  const Options& options = impl_->options();
  const bool ipv6 = options.address.find(':') != std::string::npos;
  return (options.certificate_file.empty() ? "http://" : "https://") +
         (ipv6 ? "[" + options.address + "]" : options.address) + ":" + std::to_string(port());
}

bool ApiServer::Delete(std::string_view kind, const k8s::ObjectKey& key) {
  const KindInfo* info = FindKind(kind);
  return info != nullptr && store_.Delete(*info, key) != nullptr;
}

bool ApiServer::Exists(std::string_view kind, const k8s::ObjectKey& key) const {
  const KindInfo* info = FindKind(kind);
  return info != nullptr && store_.Get(*info, key) != nullptr;
}

void ApiServer::CutWatches() {
  impl_->faults().Change([](FaultState& state) { ++state.cuts; });
}

void ApiServer::EndWatches() {
  impl_->faults().Change([](FaultState& state) { ++state.ends; });
}

void ApiServer::FailRequests(int count, int status, const std::string& retry_after) {
  impl_->faults().Change([&](FaultState& state) {
    state.failing = count;
    state.status = status;
    state.retry_after = retry_after;
  });
}

void ApiServer::Forbid(const std::string& part) {
  impl_->faults().Change([&](FaultState& state) { state.forbidden = part; });
}

void ApiServer::SetStalled(bool stalled) {
  impl_->faults().Change([&](FaultState& state) { state.stalled = stalled; });
}

void ApiServer::SetSlow(bool slow) {
  impl_->faults().Change([&](FaultState& state) { state.slow = slow; });
}

void ApiServer::SetExpireAsEvent(bool as_event) {
  impl_->faults().Change([&](FaultState& state) { state.expire_as_event = as_event; });
}

void ApiServer::SetProtobuf(bool protobuf) {
  impl_->faults().Change([&](FaultState& state) { state.protobuf = protobuf; });
}

void ApiServer::Inject(const std::string& bytes) {
  impl_->faults().Change([&](FaultState& state) {
    ++state.injections;
    state.injected = bytes;
  });
}

void ApiServer::Stop() {
  impl_->Close();
}

Result<void> ApiServer::Restart() {
  impl_->Close();
  return impl_->Open();
}

unsigned ApiServer::lists() const {
  return impl_->faults().Get().lists;
}

unsigned ApiServer::watches() const {
  return impl_->faults().Get().watches;
}

unsigned ApiServer::running_watches() const {
  return impl_->faults().Get().running_watches;
}

unsigned ApiServer::requests() const {
  return impl_->faults().Get().requests;
}

}  // namespace portcullis::test
