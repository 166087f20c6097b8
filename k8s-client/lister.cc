// SPDX-License-Identifier: Apache-2.0
//
// See lister.h.
#include "k8s-client/lister.h"

#include <utility>

namespace portcullis::k8s {
namespace {

// Some hundred objects, or all of them after a list that expired.
constexpr size_t kMaxPage = size_t{1} << 30U;

std::string Accept(const ReflectorTarget& target) {
  return target.Reads(Format::kProtobuf) ? "application/vnd.kubernetes.protobuf, application/json"
                                         : "application/json";
}

}  // namespace

tl::expected<std::string, Failure> Lister::Run() {
  auto resource_version = RunPages(context_.options.page_size);
  if (!resource_version && expired_midway_) {
    // Listing took longer than the server keeps the version of its first page: all in one, then.
    context_.observer.OnRelist(context_.resource.kind, resource_version.error().error.message);
    resource_version = RunPages(/*limit=*/0);
  }
  return resource_version;
}

tl::expected<std::string, Failure> Lister::RunPages(uint32_t limit) {
  context_.target.BeginList();
  count_ = 0;
  std::string resource_version;
  std::string token;
  do {
    const auto next = TakePage(limit, token, resource_version);
    if (!next) {
      expired_midway_ = !token.empty() && next.error().error.code == ErrorCode::kExpired;
      return tl::unexpected<Failure>(next.error());
    }
    token = *next;
  } while (!token.empty());
  context_.target.EndList();
  return resource_version;
}

/// Reads one page and hands it on; the token of the next one.
tl::expected<std::string, Failure> Lister::TakePage(uint32_t limit,
                                                    const std::string& token,
                                                    std::string& resource_version) {
  const auto format = Fetch(limit, token);
  if (!format) {
    return tl::unexpected<Failure>(format.error());
  }
  auto page = context_.target.TakePage(*format, text_);
  if (!page) {
    return FailWith({ErrorCode::kUnavailable,
                     "list " + context_.resource.plural + ": the answer " + page.error().message});
  }
  for (const BadObject& bad : page->bad) {
    ReportBadObject(context_, bad);
  }
  count_ += page->count;
  if (resource_version.empty()) {
    resource_version = page->resource_version;
  }
  return std::move(page->continue_token);
}

tl::expected<Format, Failure> Lister::Fetch(uint32_t limit, const std::string& token) {
  std::string query;
  if (limit > 0) {
    query += "limit=" + std::to_string(limit);
    query += token.empty() ? "" : "&continue=" + EscapeQuery(token);
  }
  text_.clear();
  const auto response = context_.transport.Get(
      {TargetOf(context_, std::move(query)),
       context_.options.list_idle_timeout,
       Accept(context_.target)},
      [this](const Response& /*head*/, std::string_view bytes) {
        text_ += bytes;
        return text_.size() <= kMaxPage;
      },
      context_.stop);
  if (!response) {
    return tl::unexpected<Failure>(FromTransport(context_, "list", response.error()));
  }
  if (response->status != kOk) {
    return tl::unexpected<Failure>(FromResponse(context_, "list", *response));
  }
  if (text_.size() > kMaxPage) {
    return FailWith({ErrorCode::kUnavailable,
                     "list " + context_.resource.plural + ": the answer is larger than 1 GiB"});
  }
  return FormatOf(response->content_type);
}

}  // namespace portcullis::k8s
