// SPDX-License-Identifier: Apache-2.0
//
// See decode.h; here NetworkPolicy. Each reader below returns what it understood and reports the
// rest; what is not understood must never widen what the policy allows, so that a list which loses
// entries stays a (perhaps empty) list, and never becomes an absent one, which means "everything".
#include "k8s-client/annotations.h"
#include "k8s-client/decode.h"
#include "k8s-client/decode_rule.h"
#include "k8s-client/decode_selector.h"
#include "k8s-client/read_json.h"

namespace portcullis::k8s {
namespace {

using json::ForEachElement;
using json::ForEachField;
using json::Object;
using json::Type;
using json::Value;

struct PolicyTypes {
  bool given = false;  ///< The list is there and not empty.
  bool ingress = false;
  bool egress = false;

  [[nodiscard]] bool understood() const { return ingress || egress; }
};

PolicyTypes ReadTypes(Value value, const Path& here, Problems& problems) {
  PolicyTypes types;
  const bool is_list = ForEachElement(value, here, problems, [&](Value element, const Path& path) {
    types.given = true;
    const auto text = json::ReadString(element, path, problems);
    if (text == "Ingress") {
      types.ingress = true;
    } else if (text == "Egress") {
      types.egress = true;
    } else if (text) {
      problems.Add(path, Quoted(*text) + " is neither Ingress nor Egress");
    }
  });
  types.given = types.given || !is_list;
  return types;
}

/// Applies the defaults of the API server (1.3); a list of types in which nothing could be
/// understood isolates both ways and allows nothing.
void ApplyTypes(const PolicyTypes& types, NetworkPolicy& policy) {
  if (!types.given) {
    policy.isolates_ingress = true;
    policy.isolates_egress = !policy.egress.empty();
    return;
  }
  policy.isolates_ingress = types.ingress || !types.understood();
  policy.isolates_egress = types.egress || !types.understood();
  if (!types.understood()) {
    policy.ingress.clear();
    policy.egress.clear();
  }
}

void ReadSpec(Value value, Problems& problems, NetworkPolicy& policy) {
  const Path root;
  PolicyTypes types;
  policy.pod_selector = {};  // Absent: every pod of the namespace (1.2).
  if (value.type() != Type::object) {
    problems.Add(Path(root, "spec"), "is no object");
    policy.pod_selector.valid = false;
    return;
  }
  // Paths begin below spec: everything that people write is there.
  ForEachField(value, root, problems, [&](std::string_view key, Value child) {
    const Path path(root, key);
    if (key == "podSelector") {
      policy.pod_selector = json::ReadSelector(child, path, problems);
    } else if (key == "policyTypes") {
      types = ReadTypes(child, path, problems);
    } else if (key == "ingress") {
      policy.ingress = json::ReadRules(child, "from", path, problems);
    } else if (key == "egress") {
      policy.egress = json::ReadRules(child, "to", path, problems);
    } else {
      problems.AddUnknownField(Path(root, "spec"), key);
    }
  });
  ApplyTypes(types, policy);
}

}  // namespace

namespace json {

void ReadObject(Object& object, Reading<NetworkPolicy>& reading) {
  NetworkPolicy& policy = reading.object;
  Problems problems(policy.problems);
  ApplyTypes({}, policy);  // Without a spec the API server's defaults are all there is (1.2, 1.3).
  for (auto field : object) {
    const std::string_view key = field.unescaped_key();
    Value value = field.value();
    bool deleting = false;
    if (key == "metadata") {
      policy.audit = false;
      policy.meta = json::ReadMeta(
          value, deleting, problems, [&](std::string_view name, Value child, const Path& path) {
            if (name == "annotations") {
              policy.audit = json::ReadAudit(child, path, problems);
            }
          });
    } else if (key == "spec" && !value.is_null()) {
      ReadSpec(value, problems, policy);
    }
  }
  reading.Finish({});
}

}  // namespace json

Result<NetworkPolicy> DecodeNetworkPolicy(std::string_view json) {
  return json::ReadOne<NetworkPolicy>(json);
}

}  // namespace portcullis::k8s
