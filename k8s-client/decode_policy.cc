// SPDX-License-Identifier: Apache-2.0
//
// See decode.h; here NetworkPolicy. Each reader below returns what it understood and reports the
// rest; what is not understood must never widen what the policy allows, so that a list which loses
// entries stays a (perhaps empty) list, and never becomes an absent one, which means "everything".
#include <algorithm>

#include "k8s-client/annotations.h"
#include "k8s-client/decode.h"
#include "k8s-client/read_json.h"

namespace portcullis::k8s {
namespace {

using json::ForEachElement;
using json::ForEachField;
using json::Object;
using json::Type;
using json::Value;

void SortUnique(auto& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

std::optional<Requirement::Operator> ReadOperator(Value value,
                                                  const Path& path,
                                                  Problems& problems) {
  using Operator = Requirement::Operator;
  const auto text = json::ReadString(value, path, problems);
  if (!text) {
    return std::nullopt;
  }
  if (text == "In") {
    return Operator::kIn;
  }
  if (text == "NotIn") {
    return Operator::kNotIn;
  }
  if (text == "Exists") {
    return Operator::kExists;
  }
  if (text == "DoesNotExist") {
    return Operator::kDoesNotExist;
  }
  problems.Add(path, Quoted(*text) + " is no operator");
  return std::nullopt;
}

bool CheckRequirement(const Requirement& requirement,
                      bool has_operator,
                      const Path& here,
                      Problems& problems) {
  if (requirement.key.empty()) {
    return problems.Add(Path(here, "key"), "is missing");
  }
  if (!has_operator) {
    return problems.Add(Path(here, "operator"), "is missing");
  }
  const bool wants_values = requirement.op == Requirement::Operator::kIn ||
                            requirement.op == Requirement::Operator::kNotIn;
  if (wants_values && requirement.values.empty()) {
    return problems.Add(Path(here, "values"), "must not be empty for In and NotIn");
  }
  if (!wants_values && !requirement.values.empty()) {
    return problems.Add(Path(here, "values"), "must be empty for Exists and DoesNotExist");
  }
  return true;
}

/// Reads one entry of matchExpressions (4.2, 4.3); nothing where it cannot be understood.
std::optional<Requirement> ReadRequirement(Value value, const Path& here, Problems& problems) {
  Requirement requirement;
  std::optional<Requirement::Operator> op;
  const size_t before = problems.count();
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "key") {
      requirement.key = json::ReadString(child, path, problems).value_or("");
    } else if (key == "operator") {
      op = ReadOperator(child, path, problems);
    } else if (key == "values") {
      requirement.values.clear();
      ForEachElement(child, path, problems, [&](Value element, const Path& element_path) {
        const auto text = json::ReadString(element, element_path, problems);
        requirement.values.emplace_back(text.value_or(""));
      });
    } else {
      problems.AddUnknownField(here, key);
    }
  });
  requirement.op = op.value_or(requirement.op);
  if (problems.count() != before ||
      !CheckRequirement(requirement, op.has_value(), here, problems)) {
    return std::nullopt;
  }
  SortUnique(requirement.values);
  return requirement;
}

/// Reads matchLabels as requirements kIn (4.1).
void ReadMatchLabels(Value value,
                     const Path& here,
                     Problems& problems,
                     std::vector<Requirement>& requirements) {
  if (value.type() != Type::object) {
    problems.Add(here, "is no object");
    return;
  }
  for (auto field : value.get_object()) {
    const std::string key(std::string_view(field.unescaped_key()));
    const auto text = json::ReadString(field.value(), Path(here, key), problems);
    requirements.push_back({key, Requirement::Operator::kIn, {std::string(text.value_or(""))}});
  }
}

LabelSelector ReadSelector(Value value, const Path& here, Problems& problems) {
  LabelSelector selector;
  const size_t before = problems.count();
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "matchLabels") {
      ReadMatchLabels(child, path, problems, selector.requirements);
    } else if (key == "matchExpressions") {
      ForEachElement(child, path, problems, [&](Value element, const Path& element_path) {
        auto requirement = ReadRequirement(element, element_path, problems);
        if (requirement) {
          selector.requirements.push_back(std::move(*requirement));
        }
      });
    } else {
      problems.AddUnknownField(here, key);
    }
  });
  if (problems.count() != before) {
    return LabelSelector{{}, false};
  }
  SortUnique(selector.requirements);
  return selector;
}

std::optional<Cidr> ReadCidr(Value value, const Path& path, Problems& problems) {
  const auto text = json::ReadString(value, path, problems);
  if (!text) {
    return std::nullopt;
  }
  const auto cidr = Cidr::Parse(*text);
  if (!cidr) {
    problems.Add(path, Quoted(*text) + " is not a CIDR");
  }
  return cidr;
}

/// Each `except` must take a true part of `cidr` away (5.1, 5.5).
void CheckExcept(const IpBlock& block, const Path& here, Problems& problems) {
  for (size_t i = 0; i < block.except.size(); ++i) {
    const Cidr& except = block.except[i];
    if (except == block.cidr || !block.cidr.Contains(except)) {
      const Path list(here, "except");
      problems.Add(Path(list, i), except.ToString() + " is not a part of " + block.cidr.ToString());
    }
  }
}

/// Reads an ipBlock; nothing where any part of it cannot be understood (5.7).
std::optional<IpBlock> ReadIpBlock(Value value, const Path& here, Problems& problems) {
  std::optional<Cidr> cidr;
  bool has_cidr = false;
  std::vector<Cidr> excepts;
  const size_t before = problems.count();
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "cidr") {
      has_cidr = true;
      cidr = ReadCidr(child, path, problems);
    } else if (key == "except") {
      excepts.clear();
      ForEachElement(child, path, problems, [&](Value element, const Path& element_path) {
        excepts.push_back(ReadCidr(element, element_path, problems).value_or(Cidr{}));
      });
    } else {
      problems.AddUnknownField(here, key);
    }
  });
  if (problems.count() == before && !has_cidr) {
    problems.Add(Path(here, "cidr"), "is missing");
  }
  if (problems.count() != before || !cidr) {
    return std::nullopt;
  }
  IpBlock block{*cidr, std::move(excepts)};
  CheckExcept(block, here, problems);
  return problems.count() == before ? std::make_optional(std::move(block)) : std::nullopt;
}

/// Reads one entry of `from` or `to` (3.2); nothing where it has to match nothing.
std::optional<Peer> ReadPeer(Value value, const Path& here, Problems& problems) {
  PodPeer pods;
  std::optional<IpBlock> block;
  const size_t before = problems.count();
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "podSelector") {
      pods.pod_selector = ReadSelector(child, path, problems);
    } else if (key == "namespaceSelector") {
      pods.namespace_selector = ReadSelector(child, path, problems);
    } else if (key == "ipBlock") {
      block = ReadIpBlock(child, path, problems);
    } else {
      problems.AddUnknownField(here, key);
    }
  });
  if (problems.count() != before) {
    return std::nullopt;
  }
  const bool has_selector = pods.pod_selector || pods.namespace_selector;
  if (block.has_value() == has_selector) {
    problems.Add(here,
                 has_selector ? "has an ipBlock beside a selector"
                              : "has neither podSelector nor namespaceSelector nor ipBlock");
    return std::nullopt;
  }
  return block ? Peer(std::move(*block)) : Peer(std::move(pods));
}

/// Whether `name` is an IANA service name, as the API demands of named ports (6.7).
bool IsPortName(std::string_view name) {
  constexpr size_t kMaxLength = 15;
  if (name.empty() || name.size() > kMaxLength || name.front() == '-' || name.back() == '-' ||
      name.find("--") != std::string_view::npos) {
    return false;
  }
  const auto is_letter = [](char c) {
    return c >= 'a' && c <= 'z';
  };
  return std::any_of(name.begin(), name.end(), is_letter) &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
         });
}

std::optional<std::variant<PortRange, PortName>> ReadIntOrName(Value value,
                                                               const Path& path,
                                                               Problems& problems) {
  if (value.type() != Type::string) {
    const auto number = json::ReadPort(value, path, problems);
    return number ? std::make_optional(PortRange{*number, *number}) : std::nullopt;
  }
  const std::string_view name = value.get_string();
  if (!IsPortName(name)) {
    problems.Add(path, Quoted(name) + " is no port name");
    return std::nullopt;
  }
  return PortName{std::string(name)};
}

/// Widens `port` to `last`, where the two go together (6.5).
void ApplyEndPort(uint16_t last, PolicyPort& port, const Path& path, Problems& problems) {
  PortRange* range = port.port ? std::get_if<PortRange>(&*port.port) : nullptr;
  if (range == nullptr) {
    problems.Add(path, "needs a numeric port");
  } else if (last < range->first) {
    problems.Add(path, std::to_string(last) + " is less than port");
  } else {
    range->last = last;
  }
}

/// Reads one entry of `ports` (6.2-6.7); nothing where it has to match nothing.
std::optional<PolicyPort> ReadPolicyPort(Value value, const Path& here, Problems& problems) {
  PolicyPort port;
  std::optional<uint16_t> end_port;
  const size_t before = problems.count();
  ForEachField(value, here, problems, [&](std::string_view key, Value child) {
    const Path path(here, key);
    if (key == "protocol") {
      port.protocol = json::ReadProtocol(child, path, problems).value_or(Protocol::kTcp);
    } else if (key == "port") {
      port.port = ReadIntOrName(child, path, problems);
    } else if (key == "endPort") {
      end_port = json::ReadPort(child, path, problems);
    } else {
      problems.AddUnknownField(here, key);
    }
  });
  if (problems.count() == before && end_port) {
    ApplyEndPort(*end_port, port, Path(here, "endPort"), problems);
  }
  return problems.count() == before ? std::make_optional(std::move(port)) : std::nullopt;
}

/// The entries of `from`, `to` or `ports`: absent where the list is empty (3.1, 6.1), present where
/// there was anything in it, understood or not.
template <typename Entry>
std::optional<std::vector<Entry>> ReadEntries(Value value,
                                              const Path& here,
                                              Problems& problems,
                                              std::optional<Entry> (*read)(Value,
                                                                           const Path&,
                                                                           Problems&)) {
  std::vector<Entry> entries;
  bool empty = true;
  const bool is_list = ForEachElement(value, here, problems, [&](Value element, const Path& path) {
    empty = false;
    auto entry = read(element, path, problems);
    if (entry) {
      entries.push_back(std::move(*entry));
    }
  });
  if (is_list && empty) {
    return std::nullopt;
  }
  return entries;
}

PolicyRule ReadRule(
    Value value, size_t index, std::string_view peers_field, const Path& here, Problems& problems) {
  PolicyRule rule;
  rule.index = index;
  bool unknown_field = false;
  const bool is_object =
      ForEachField(value, here, problems, [&](std::string_view key, Value child) {
        const Path path(here, key);
        if (key == peers_field) {
          rule.peers = ReadEntries<Peer>(child, path, problems, ReadPeer);
        } else if (key == "ports") {
          rule.ports = ReadEntries<PolicyPort>(child, path, problems, ReadPolicyPort);
        } else {
          unknown_field = true;
          problems.AddUnknownField(here, key);
        }
      });
  if (!is_object || unknown_field) {
    rule.peers.emplace();  // What the rule demands is not known, so that it allows nothing (1.11).
  }
  return rule;
}

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

std::vector<PolicyRule> ReadRules(Value value,
                                  std::string_view peers_field,
                                  const Path& here,
                                  Problems& problems) {
  std::vector<PolicyRule> rules;
  const bool is_list = ForEachElement(value, here, problems, [&](Value element, const Path& path) {
    rules.push_back(ReadRule(element, rules.size(), peers_field, path, problems));
  });
  if (!is_list) {
    // Nobody knows what it should allow, but it was meant to say something about this direction.
    rules.push_back({0, std::vector<Peer>{}, std::nullopt});
  }
  return rules;
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
      policy.pod_selector = ReadSelector(child, path, problems);
    } else if (key == "policyTypes") {
      types = ReadTypes(child, path, problems);
    } else if (key == "ingress") {
      policy.ingress = ReadRules(child, "from", path, problems);
    } else if (key == "egress") {
      policy.egress = ReadRules(child, "to", path, problems);
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
