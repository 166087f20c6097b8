// SPDX-License-Identifier: Apache-2.0
//
// See request_handler.h.
#include "tests/support/api/request_handler.h"

#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "tests/support/api/event_rules.h"
#include "tests/support/api/watch_stream.h"

namespace portcullis::test {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr char kJson[] = "application/json";
constexpr int kGone = 410;

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

bool IsForbidden(const httplib::Request& request, const FaultState& state) {
  return !state.forbidden.empty() && request.path.find(state.forbidden) != std::string::npos;
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

}  // namespace

void RequestHandler::Handle(const httplib::Request& request, httplib::Response& response) {
  const auto target = FindTarget(request.path);
  if (!Admit(request, response)) {
    return;
  }
  if (!target && request.method == "GET" && Proxy(request, response)) {
    return;
  }
  if (!target) {
    AnswerStatus(request, response, 404, "the server could not find the requested resource");
  } else if (request.method == "POST") {
    Post(*target, request, response);
  } else if (request.method == "PUT") {
    Put(*target, request, response);
  } else if (request.method == "DELETE") {
    Delete(*target, request, response);
  } else {
    Get(*target, request, response);
  }
}

k8s::Format RequestHandler::Choose(const httplib::Request& request) const {
  return faults_.Get().protobuf ? FormatFor(request) : k8s::Format::kJson;
}

bool RequestHandler::Admit(const httplib::Request& request, httplib::Response& response) {
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

bool RequestHandler::Proxy(const httplib::Request& request, httplib::Response& response) const {
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

void RequestHandler::Get(const Target& target,
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

void RequestHandler::List(const Target& target,
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

void RequestHandler::Watch(const Target& target,
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

void RequestHandler::Post(const Target& target,
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

void RequestHandler::Put(const Target& target,
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

void RequestHandler::Delete(const Target& target,
                            const httplib::Request& request,
                            httplib::Response& response) {
  const SharedObject deleted = store_.Delete(*target.kind, {target.ns, target.name});
  deleted ? Answer(response, 200, deleted->json())
          : AnswerStatus(
                request, response, 404, target.kind->plural + " \"" + target.name + "\" not found");
}

}  // namespace portcullis::test
