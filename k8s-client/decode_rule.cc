// SPDX-License-Identifier: Apache-2.0
//
// See decode_rule.h.
#include "k8s-client/decode_rule.h"

#include <algorithm>

#include "k8s-client/decode_selector.h"

namespace portcullis::k8s::json {
namespace {

std::optional<Cidr> ReadCidr(Value value, const Path& path, Problems& problems) {
  const auto text = ReadString(value, path, problems);
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
    const auto number = ReadPort(value, path, problems);
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
      port.protocol = ReadProtocol(child, path, problems).value_or(Protocol::kTcp);
    } else if (key == "port") {
      port.port = ReadIntOrName(child, path, problems);
    } else if (key == "endPort") {
      end_port = ReadPort(child, path, problems);
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

}  // namespace

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

}  // namespace portcullis::k8s::json
