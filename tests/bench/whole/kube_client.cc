// SPDX-License-Identifier: Apache-2.0
//
// See kube_client.h.
#include "tests/bench/whole/kube_client.h"

#include <httplib.h>

namespace portcullis::bench {
namespace {

using test::PreparedObject;

constexpr char kJson[] = "application/json";
constexpr char kMergePatch[] = "application/merge-patch+json";
constexpr int kConflict = 409;

std::string CollectionOf(const PreparedObject& object) {
  const test::KindInfo& kind = *object.kind;
  const std::string ns = kind.namespaced ? "/namespaces/" + object.key.ns : "";
  return kind.prefix + ns + "/" + kind.plural;
}

std::string PathOf(const PreparedObject& object) {
  return CollectionOf(object) + "/" + object.key.name;
}

/// The value of a string field of the object's own text; empty where it has none.
std::string FieldOf(const PreparedObject& object, const std::string& name) {
  const std::string begin = "\"" + name + "\":\"";
  const size_t at = object.after.find(begin);
  if (at == std::string::npos) {
    return "";
  }
  const size_t value = at + begin.size();
  return object.after.substr(value, object.after.find('"', value) - value);
}

/// As a client would send it that has never read the object: of no version, and of no identity.
std::string TextOf(const PreparedObject& object) {
  std::string text = object.before;
  const std::string uid = "\"uid\":\"";
  if (const size_t at = text.find(uid); at != std::string::npos) {
    const size_t end = text.find("\",", at + uid.size());
    text.erase(at, end == std::string::npos ? end : end + 2 - at);
  }
  return text + "0" + object.after;
}

}  // namespace

class KubeClient::Connection {
 public:
  explicit Connection(const KubeEndpoint& endpoint) : client_(endpoint.address, endpoint.port) {
    client_.set_ca_cert_path(endpoint.ca_file);
    client_.set_keep_alive(true);
    client_.set_tcp_nodelay(true);
    client_.set_read_timeout(std::chrono::seconds(30));
    client_.set_default_headers({{"Authorization", "Bearer " + endpoint.token}});
  }

  /// Throws where the server does not answer, or with another status than 2xx and `accepted`.
  void Send(const std::string& method,
            const std::string& path,
            const std::string& body,
            const char* type = kJson,
            int accepted = 0) {
    httplib::Request request;
    request.method = method;
    request.path = path;
    request.body = body;
    request.set_header("Content-Type", type);
    const auto result = client_.send(request);
    if (!result || (result->status / 100 != 2 && result->status != accepted)) {
      throw lab::LabError(method + " " + path + ": " +
                          (result ? result->body : httplib::to_string(result.error())));
    }
    status_ = result->status;
  }
  [[nodiscard]] int status() const { return status_; }

  bool Answers(const std::string& path) {
    const auto result = client_.Get(path);
    return result && result->status == 200;
  }

 private:
  httplib::SSLClient client_;
  int status_ = 0;
};

KubeObjects::Known KubeObjects::Get(const PreparedObject& object) {
  const std::lock_guard lock(mutex_);
  return known_[PathOf(object)];
}

void KubeObjects::Set(const PreparedObject& object, const Known& known) {
  const std::lock_guard lock(mutex_);
  known_[PathOf(object)] = known;
}

KubeClient::KubeClient(const KubeEndpoint& endpoint, KubeObjects& objects)
    : objects_(objects),
      connection_(std::make_unique<Connection>(endpoint)) {}

KubeClient::~KubeClient() = default;

bool KubeClient::IsReady() {
  return connection_->Answers("/readyz") &&
         connection_->Answers("/apis/networking.k8s.io/v1/networkpolicies");
}

void KubeClient::CreateNode(const std::string& name,
                            const std::string& address,
                            const std::string& pods) {
  constexpr char kNodes[] = "/api/v1/nodes";
  connection_->Send("POST",
                    kNodes,
                    R"({"kind":"Node","apiVersion":"v1","metadata":{"name":")" + name +
                        R"("},"spec":{"podCIDR":")" + pods + R"(","podCIDRs":[")" + pods + "\"]}}");
  connection_->Send("PATCH",
                    std::string(kNodes) + "/" + name + "/status",
                    R"({"status":{"addresses":[{"type":"InternalIP","address":")" + address +
                        R"("},{"type":"Hostname","address":")" + name + "\"}]}}",
                    kMergePatch);
}

void KubeClient::Write(const Body& body) {
  const PreparedObject& object = body.object;
  if (object.kind->kind == "Pod") {
    WritePod(body);
  } else if (objects_.Get(object).there) {
    Replace(object);
  } else {
    Create(object);
  }
}

/// Some namespaces are there from the beginning.
void KubeClient::Create(const PreparedObject& object) {
  connection_->Send("POST", CollectionOf(object), TextOf(object), kJson, kConflict);
  if (connection_->status() == kConflict) {
    Replace(object);
  }
  objects_.Set(object, {true, false, false});
}

void KubeClient::Replace(const PreparedObject& object) {
  connection_->Send("PUT", PathOf(object), TextOf(object));
}

/// What is new in this body: that the pod is there, its node, its end, or else its status.
void KubeClient::WritePod(const Body& body) {
  const PreparedObject& object = body.object;
  const std::string node = FieldOf(object, "nodeName");
  KubeObjects::Known known = objects_.Get(object);
  bool tells_status = !FieldOf(object, "podIP").empty();
  if (!known.there) {
    connection_->Send("POST", CollectionOf(object), TextOf(object));
    known = {true, !node.empty(), false};
  } else if (!known.bound && !node.empty()) {
    connection_->Send("POST",
                      PathOf(object) + "/binding",
                      R"({"kind":"Binding","apiVersion":"v1","metadata":{"name":")" +
                          object.key.name + R"("},"target":{"kind":"Node","name":")" + node +
                          "\"}}");
    known.bound = true;
  } else if (!known.deleting && !FieldOf(object, "deletionTimestamp").empty()) {
    connection_->Send("DELETE", PathOf(object) + "?gracePeriodSeconds=30", "");
    known.deleting = true;
    tells_status = false;
  }
  if (tells_status) {
    connection_->Send(
        "PATCH", PathOf(object) + "/status", "{\"status\":" + body.status + "}", kMergePatch);
  }
  objects_.Set(object, known);
}

void KubeClient::Delete(const Body& body) {
  const bool pod = body.object.kind->kind == "Pod";
  connection_->Send("DELETE", PathOf(body.object) + (pod ? "?gracePeriodSeconds=0" : ""), "");
  objects_.Set(body.object, {});
}

}  // namespace portcullis::bench
