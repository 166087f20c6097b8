// SPDX-License-Identifier: Apache-2.0
//
// See api_server.h. One httplib::Server per period between Restart() and Stop(), since it cannot
// listen twice.
#include "tests/support/api/api_server.h"

#include <charconv>
#include <optional>
#include <thread>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

#include "tests/support/api/encoding.h"
#include "tests/support/api/event_rules.h"
#include "tests/support/api/faults.h"
#include "tests/support/api/target.h"
#include "tests/support/api/watch_stream.h"

namespace portcullis::test {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr char kJson[] = "application/json";
constexpr int kGone = 410;
// Kept-alive connections delay Stop() by so much at most.
constexpr time_t kKeepAliveSeconds = 1;

k8s::Format FormatFor(const httplib::Request& request) {
  return test::FormatFor(request.get_header_value("Accept"));
}

Connection ConnectionOf(httplib::DataSink& sink) {
  return {[&sink](const char* data, size_t size) { return sink.write(data, size); },
          [&sink] { return sink.is_writable(); },
          [&sink] {
            sink.done();
          }};
}

void Answer(httplib::Response& response, int code, const std::string& body) {
  response.status = code;
  response.set_content(body, kJson);
}

void AnswerStatus(const httplib::Request& request,
                  httplib::Response& response,
                  int code,
                  const std::string& message) {
  const k8s::Format format = FormatFor(request);
  response.status = code;
  response.set_content(StatusBody(format, code, message), ContentType(format, /*watch=*/false));
}

uint64_t NumberOf(const httplib::Request& request, const char* parameter) {
  const std::string text = request.get_param_value(parameter);
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

class ApiServer::Impl {
 public:
  Impl(Options options, ObjectStore& store) : options_(std::move(options)), store_(store) {
    faults_.Change([this](FaultState& state) { state.protobuf = options_.protobuf; });
    store_.OnChange([this] { faults_.Change([](FaultState& state) { ++state.changes; }); });
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
  [[nodiscard]] k8s::Format Choose(const httplib::Request& request) const {
    return faults_.Get().protobuf ? FormatFor(request) : k8s::Format::kJson;
  }
  bool Admit(const httplib::Request& request, httplib::Response& response);
  void Get(const Target& target, const httplib::Request& request, httplib::Response& response);
  void List(const Target& target, const httplib::Request& request, httplib::Response& response);
  void Watch(const Target& target, const httplib::Request& request, httplib::Response& response);
  void Post(const Target& target, const httplib::Request& request, httplib::Response& response);
  void Put(const Target& target, const httplib::Request& request, httplib::Response& response);
  void Delete(const Target& target, const httplib::Request& request, httplib::Response& response);
  bool Proxy(const httplib::Request& request, httplib::Response& response);

  Options options_;
  ObjectStore& store_;
  Faults faults_;
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
  using Method = void (Impl::*)(const Target&, const httplib::Request&, httplib::Response&);
  const auto handler = [this](Method method) {
    return [this, method](const httplib::Request& request, httplib::Response& response) {
      const auto target = FindTarget(request.path);
      if (!Admit(request, response)) {
        return;
      }
      if (!target && request.method == "GET" && Proxy(request, response)) {
        return;
      }
      if (!target) {
        AnswerStatus(request, response, 404, "the server could not find the requested resource");
        return;
      }
      (this->*method)(*target, request, response);
    };
  };
  server.Get("/.*", handler(&Impl::Get));
  server.Post("/.*", handler(&Impl::Post));
  server.Put("/.*", handler(&Impl::Put));
  server.Delete("/.*", handler(&Impl::Delete));
}

bool IsForbidden(const httplib::Request& request, const FaultState& state) {
  return !state.forbidden.empty() && request.path.find(state.forbidden) != std::string::npos;
}

/// Commits the faults that come before an answer; false where the answer is made already.
bool ApiServer::Impl::Admit(const httplib::Request& request, httplib::Response& response) {
  const FaultState state = faults_.Change([](FaultState& now) {
    ++now.requests;
    FaultState seen = now;
    now.failing -= now.failing > 0 ? 1 : 0;
    return seen;
  });
  if (state.stalled) {
    faults_.Wait(Clock::time_point::max(),
                 [](const FaultState& now) { return !now.stalled || now.stopping; });
  }
  if (state.failing > 0) {
    if (!state.retry_after.empty()) {
      response.set_header("Retry-After", state.retry_after);
    }
    AnswerStatus(request, response, state.status, "as the test asked for");
    return false;
  }
  if (IsForbidden(request, state)) {
    AnswerStatus(request, response, 403, "the test forbids it");
    return false;
  }
  if (!options_.token.empty() &&
      request.get_header_value("Authorization") != "Bearer " + options_.token) {
    AnswerStatus(request, response, 401, "Unauthorized");
    return false;
  }
  return true;
}

/// Answers for what a pod serves, as the real server does with its connection to the node; false
/// where the URL is none of a pod's.
bool ApiServer::Impl::Proxy(const httplib::Request& request, httplib::Response& response) {
  const auto target = FindProxyTarget(request.path);
  if (!target) {
    return false;
  }
  const ProxiedAnswer answer = options_.pod_page ? options_.pod_page(*target) : ProxiedAnswer{};
  if (answer.status == 0) {
    AnswerStatus(request, response, 503, "error trying to reach service: dial tcp: no route");
  } else {
    response.status = answer.status;
    response.set_content(answer.body, "application/json");
  }
  return true;
}

void ApiServer::Impl::Get(const Target& target,
                          const httplib::Request& request,
                          httplib::Response& response) {
  if (!target.name.empty()) {
    const SharedObject object = store_.Get(*target.kind, {target.ns, target.name});
    object
        ? Answer(response, 200, object->json())
        : AnswerStatus(
              request, response, 404, target.kind->plural + " \"" + target.name + "\" not found");
    return;
  }
  const auto field_name = FindFieldName(request.get_param_value("fieldSelector"));
  if (!field_name) {
    AnswerStatus(request, response, 400, "of field selectors metadata.name= alone is known here");
    return;
  }
  Target selected = target;
  selected.field_name = *field_name;
  const std::string watch = request.get_param_value("watch");
  if (watch == "1" || watch == "true") {
    Watch(selected, request, response);
  } else {
    List(selected, request, response);
  }
}

void ApiServer::Impl::List(const Target& target,
                           const httplib::Request& request,
                           httplib::Response& response) {
  const bool slow = faults_.Change([](FaultState& state) {
    ++state.lists;
    return state.slow;
  });
  auto page = store_.List(
      *target.kind, target.ns, NumberOf(request, "limit"), request.get_param_value("continue"));
  if (!page) {
    AnswerStatus(request, response, kGone, page.error().message);
    return;
  }
  std::erase_if(page->items, [&](const SharedObject& item) { return !target.Has(item->key()); });
  k8s::Format format = Choose(request);
  std::string body = ListBody(format, *target.kind, *page);
  const char* type = ContentType(format, /*watch=*/false);
  if (!slow) {
    response.set_content(body, type);
    return;
  }
  response.set_chunked_content_provider(
      type, [body = std::move(body)](size_t /*offset*/, httplib::DataSink& sink) {
        const bool sent = Send(ConnectionOf(sink), body, /*slow=*/true);
        sink.done();
        return sent;
      });
}

void ApiServer::Impl::Watch(const Target& target,
                            const httplib::Request& request,
                            httplib::Response& response) {
  const FaultState now = faults_.Change([](FaultState& state) {
    ++state.watches;
    return state;
  });
  const k8s::Format format = Choose(request);
  const char* type = ContentType(format, /*watch=*/true);
  uint64_t version = NumberOf(request, "resourceVersion");
  std::string first;
  if (version == 0) {
    // "Any version": the present state as events, then what follows.
    const auto page = store_.List(*target.kind, target.ns, 0, "");
    version = page->version;
    for (const SharedObject& item : page->items) {
      first += target.Has(item->key()) ? EventFrame(format, *target.kind, "ADDED", *item) : "";
    }
  }
  const auto allowed = store_.CheckWatchFrom(version);
  if (!allowed && !now.expire_as_event) {
    AnswerStatus(request, response, kGone, allowed.error().message);
    return;
  }
  if (!allowed) {
    response.set_content(ErrorFrame(format, kGone, allowed.error().message), type);
    return;
  }
  auto stream = std::make_shared<WatchStream>(target, format, version, now, store_, faults_);
  stream->SendFirst(std::move(first));
  if (const uint64_t seconds = NumberOf(request, "timeoutSeconds"); seconds > 0) {
    stream->EndAt(Clock::now() + std::chrono::seconds(seconds));
  }
  const std::string bookmarks = request.get_param_value("allowWatchBookmarks");
  if (bookmarks == "1" || bookmarks == "true") {
    stream->SendBookmarks(options_.bookmark_interval);
  }
  faults_.Change([](FaultState& state) { ++state.running_watches; });
  response.set_chunked_content_provider(
      type,
      [stream](size_t /*offset*/, httplib::DataSink& sink) {
        return stream->Continue(ConnectionOf(sink));
      },
      [this](bool /*success*/) {
        faults_.Change([](FaultState& state) { --state.running_watches; });
      });
}

/// The body with the namespace of the URL; nothing where it is no JSON object.
std::optional<json> ReadBody(const Target& target, const std::string& body) {
  json object = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object() || !object.contains("metadata") || !object["metadata"].is_object()) {
    return std::nullopt;
  }
  if (target.kind->namespaced && !target.ns.empty()) {
    object["metadata"]["namespace"] = target.ns;
  }
  object.emplace("kind", target.kind->kind);
  object.emplace("apiVersion", target.kind->api_version);
  return object;
}

void ApiServer::Impl::Post(const Target& target,
                           const httplib::Request& request,
                           httplib::Response& response) {
  const auto object = ReadBody(target, request.body);
  if (!object || !target.name.empty()) {
    AnswerStatus(request, response, 400, "the body is no object, or the URL names one");
    return;
  }
  if (target.kind->kind == "Event") {
    if (const std::string wrong = WhatIsWrongWithEvent(*object); !wrong.empty()) {
      AnswerStatus(request, response, 422, wrong);
      return;
    }
  }
  const auto stored = store_.Create(object->dump());
  if (stored) {
    Answer(response, 201, (*stored)->json());
  } else {
    const bool there = stored.error().code == ErrorCode::kConflict;
    AnswerStatus(request, response, there ? 409 : 422, stored.error().message);
  }
}

void ApiServer::Impl::Put(const Target& target,
                          const httplib::Request& request,
                          httplib::Response& response) {
  const auto object = ReadBody(target, request.body);
  if (!object || target.name.empty() || (*object)["metadata"].value("name", "") != target.name) {
    AnswerStatus(request, response, 400, "the body is no object with the name of the URL");
    return;
  }
  if (store_.Get(*target.kind, {target.ns, target.name}) == nullptr) {
    AnswerStatus(
        request, response, 404, target.kind->plural + " \"" + target.name + "\" not found");
    return;
  }
  const auto stored = store_.Apply(object->dump());
  stored ? Answer(response, 200, (*stored)->json())
         : AnswerStatus(request, response, 422, stored.error().message);
}

void ApiServer::Impl::Delete(const Target& target,
                             const httplib::Request& request,
                             httplib::Response& response) {
  const SharedObject deleted = store_.Delete(*target.kind, {target.ns, target.name});
  deleted ? Answer(response, 200, deleted->json())
          : AnswerStatus(
                request, response, 404, target.kind->plural + " \"" + target.name + "\" not found");
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
