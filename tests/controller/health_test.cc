// SPDX-License-Identifier: Apache-2.0
//
// When a process counts as alive and a node as enforcing, and what the pages say of it. The time is
// a value here.
#include "controller/status/health.h"

#include <catch2/catch.hpp>

#include "controller/status/status_pages.h"

namespace portcullis {
namespace {

using std::chrono::seconds;

const SteadyTime kNow{std::chrono::hours(1)};
const Error kAway{ErrorCode::kUnavailable, "list pods: no connection"};
const Error kRefused{ErrorCode::kPermission, "watch pods: the server answers 403"};

WatchStatus Watching(const std::string& kind) {
  WatchStatus watch;
  watch.kind = kind;
  watch.listed = watch.stood = watch.up = true;
  return watch;
}

/// All is well.
Status Enforcing() {
  Status status;
  status.watches = {Watching("Pod"), Watching("NetworkPolicy")};
  status.reconcile.synced = true;
  return status;
}

bool Has(const Verdict& verdict, const std::string& text) {
  return verdict.ToText().find(text) != std::string::npos;
}

TEST_CASE("A node that enforces is ready and alive", "[health]") {
  CHECK(Ready(Enforcing(), kNow).holds());
  CHECK(Alive(Enforcing(), kNow).holds());
  CHECK(Ready(Enforcing(), kNow).ToText() ==
        "[+]watch-Pod: ok\n[+]watch-NetworkPolicy: ok\n[+]enforced: ok\n[+]no-bypass: ok\n");
}

TEST_CASE("A step that takes too long is no life, an idle process is", "[health]") {
  Status status = Enforcing();
  status.reconcile.step_since = kNow - kStepLimit + seconds(1);
  CHECK(Alive(status, kNow).holds());
  status.reconcile.step_since = kNow - kStepLimit;
  CHECK_FALSE(Alive(status, kNow).holds());
  CHECK(Has(Alive(status, kNow), "under way since 120 s"));
}

TEST_CASE("What a restart cannot mend does not make a process dead", "[health]") {
  Status status;
  status.watches = {WatchStatus{}};
  status.reconcile.failure = Error{ErrorCode::kUnavailable, "no memory"};
  status.bypasses = {"finding"};
  CHECK(Alive(status, kNow).holds());
}

TEST_CASE("Each kind must have been listed and watched before a node is ready", "[health]") {
  Status status = Enforcing();
  WatchStatus& watch = status.watches.at(0);
  watch.listed = watch.stood = watch.up = false;
  CHECK_FALSE(Ready(status, kNow).holds());
  CHECK(Has(Ready(status, kNow), "[-]watch-Pod: failed, the first list is under way\n"));
  watch.trouble = kAway;
  CHECK(Has(Ready(status, kNow), "[-]watch-Pod: failed, list pods: no connection\n"));
  watch.listed = true;
  watch.trouble = kRefused;
  watch.trouble_since = kNow;
  CHECK(Has(Ready(status, kNow), "[-]watch-Pod: failed, watch pods: the server answers 403\n"));
  watch.trouble.reset();
  CHECK_FALSE(Ready(status, kNow).holds());
}

TEST_CASE("An API server may be away for a while; the page says since when", "[health]") {
  Status status = Enforcing();
  WatchStatus& watch = status.watches.at(0);
  watch.up = false;
  watch.trouble = kAway;
  watch.trouble_since = kNow - kAwayLimit + seconds(1);
  CHECK(Ready(status, kNow).holds());
  CHECK(Has(Ready(status, kNow), "[+]watch-Pod: ok, interrupted for 299 s"));
  watch.trouble_since = kNow - kAwayLimit;
  CHECK_FALSE(Ready(status, kNow).holds());
}

TEST_CASE("A right that is taken away is not let pass as long as an absence", "[health]") {
  Status status = Enforcing();
  WatchStatus& watch = status.watches.at(0);
  watch.trouble = kRefused;
  watch.trouble_since = kNow - kRefusedLimit + seconds(1);
  CHECK(Ready(status, kNow).holds());
  watch.trouble_since = kNow - kRefusedLimit;
  CHECK_FALSE(Ready(status, kNow).holds());
  CHECK(Has(Ready(status, kNow), "watch pods: the server answers 403"));
}

TEST_CASE("A node is ready only while the kernel holds what the API asks", "[health]") {
  Status status = Enforcing();
  status.reconcile.synced = false;
  CHECK(Has(Ready(status, kNow), "[-]enforced: failed, nothing has been written"));
  status.reconcile.synced = true;
  status.reconcile.failure = Error{ErrorCode::kInvalidArgument, "add rule: refused"};
  CHECK_FALSE(Ready(status, kNow).holds());
  CHECK(Has(Ready(status, kNow), "[-]enforced: failed, add rule: refused\n"));
}

TEST_CASE("A way around the rules makes a node unready, by name", "[health]") {
  Status status = Enforcing();
  status.bypasses = {"one", "two"};
  CHECK_FALSE(Ready(status, kNow).holds());
  CHECK(Has(Ready(status, kNow), "[-]no-bypass: failed, one; two\n"));
}

TEST_CASE("A refusal of the kernel names the policies that are not in force", "[health]") {
  Status status = Enforcing();
  status.reconcile.failure = Error{ErrorCode::kUnavailable, "no memory"};
  status.reconcile.waiting = {"default/a", "default/b"};
  CHECK(Has(Ready(status, kNow),
            "[-]enforced: failed, no memory; not in force as the API has them: default/a, "
            "default/b\n"));
}

TEST_CASE("No message makes a line of its own", "[health]") {
  Status status = Enforcing();
  status.reconcile.failure = Error{ErrorCode::kUnavailable, "a\n[+]enforced: ok"};
  CHECK(Has(Ready(status, kNow), "failed, a [+]enforced: ok\n"));
}

TEST_CASE("Each page has its path, its status and its type", "[health]") {
  Status status = Enforcing();
  const PageSources sources = {[&] { return status; },
                               [] { return std::string("metrics"); },
                               [] { return std::optional<std::string>("{}"); },
                               [](const k8s::ObjectKey& policy) {
                                 return policy.name == "busy" ? std::nullopt
                                                              : std::optional(policy.ToString());
                               }};
  const auto page = [&](const char* path) {
    return StatusPage(path, sources, kNow);
  };
  CHECK(page("/healthz").status == 200);
  CHECK(page("/readyz").status == 200);
  CHECK(page("/metrics").status == 200);
  CHECK(page("/metrics").content_type == "text/plain; version=0.0.4; charset=utf-8");
  CHECK(page("/").status == 404);
  CHECK(page("/status").content_type == "application/json");
  CHECK(page("/status/policies/default/web").body == "default/web");
  CHECK(page("/status/policies/default/busy").status == 503);
  CHECK(page("/status/policies/default").status == 404);
  CHECK(page("/status/policies//web").status == 404);
  CHECK(page("/status/policies/a/b/c").status == 404);
  CHECK(page("/readyz/").status == 404);
  status.bypasses = {"finding"};
  status.reconcile.step_since = kNow - kStepLimit;
  CHECK(page("/readyz").status == 503);
  CHECK(page("/healthz").status == 503);
  CHECK(page("/metrics").status == 200);
}

}  // namespace
}  // namespace portcullis
