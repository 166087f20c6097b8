// SPDX-License-Identifier: Apache-2.0
//
// See matrix_page.h. Reasons are told once per policy group and pair of address classes, as numbers
// of rules; equal rows of them are written once. So a page of 500 pods stays below half a megabyte.
#include "controller/cli/matrix_page.h"

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "controller/cli/json_values.h"
#include "controller/cli/matrix_page/page.h"
#include "controller/insight/wording.h"

namespace portcullis::cli {
namespace {

using insight::EndGroup;
using insight::EndKind;
using insight::ReachMatrix;
using policy::Direction;
using Json = nlohmann::ordered_json;

std::string ToText(const policy::AddressMatch& match) {
  if (const auto* block = std::get_if<policy::AddressBlock>(&match)) {
    return insight::ToText(block->ranges);
  }
  if (const auto* pods = std::get_if<policy::PeerSelectorId>(&match)) {
    return policy::ToText(*pods);
  }
  return "pods whose port " + std::get<policy::NamedPortId>(match).name + " is this one";
}

std::string ToText(const std::vector<policy::AddressMatch>& matches) {
  std::string text;
  for (const policy::AddressMatch& match : matches) {
    text += (text.empty() ? "" : ", and ") + ToText(match);
  }
  return text;
}

/// "from pods app=web of namespace shop, on 80/TCP".
std::string ToText(const policy::Allowance& allowance, Direction direction) {
  const bool is_egress = direction == Direction::kEgress;
  const auto& peers = is_egress ? allowance.destination : allowance.source;
  std::string text = is_egress ? "to " : "from ";
  text += peers.empty() ? "everybody" : ToText(peers);
  text += ", on " + insight::ToText(insight::PortSet::Of(allowance.protocol, allowance.ports));
  if (!is_egress && !allowance.destination.empty()) {
    text += ", to " + ToText(allowance.destination);
  }
  return text;
}

Json GroupsOf(const policy::Resolved& resolved) {
  Json groups = Json::array();
  for (const auto& [id, group] : resolved.groups) {
    Json policies = Json::array();
    for (const k8s::ObjectKey& key : id.policies) {
      policies.push_back(key.ToString());
    }
    Json rules = Json::array();
    for (const auto& [allowance, origins] : group.allowances) {
      Json names = Json::array();
      for (const policy::RuleOrigin& origin : origins) {
        names.push_back(origin.policy.ToString() + " " + ToText(id.direction) + "[" +
                        std::to_string(origin.index) + "]");
      }
      rules.push_back({{"origins", names}, {"text", ToText(allowance, id.direction)}});
    }
    groups.push_back({{"policies", policies}, {"audit", id.audit}, {"rules", rules}});
  }
  return groups;
}

/// Numbers for values, in the order in which they are first asked for.
template <typename Value>
class Numbering {
 public:
  size_t Of(const Value& value) {
    const auto [entry, is_new] = numbers_.try_emplace(value, values_.size());
    if (is_new) {
      values_.push_back(value);
    }
    return entry->second;
  }
  [[nodiscard]] const std::vector<Value>& values() const { return values_; }

 private:
  std::map<Value, size_t> numbers_;
  std::vector<Value> values_;
};

using RuleSet = std::vector<size_t>;  ///< Numbers of rules of one group.

/// One address for each class that ends have in a family, and the ends' classes in its terms.
struct FamilyClasses {
  Numbering<uint32_t> classes;
  std::vector<IpAddress> first;  ///< An address of each class.
  std::vector<IpAddress> last;   ///< Another one where there is.

  FamilyClasses(const ReachMatrix& matrix, Family family) {
    for (const EndGroup& end : matrix.ends()) {
      const auto found = end.families.find(family);
      if (found == end.families.end()) {
        continue;
      }
      const size_t number = classes.Of(found->second.address_class);
      if (number == first.size()) {
        first.push_back(found->second.addresses.front());
        last.push_back(found->second.addresses.back());
      }
      last[number] = found->second.addresses.back();
    }
  }
};

/// What one direction says of a family's classes.
class Side {
 public:
  Side(const ReachMatrix& matrix, Direction direction, Numbering<RuleSet>& sets)
      : resolved_(matrix.reach().resolved()),
        direction_(direction),
        sets_(sets) {}

  Json Of(const FamilyClasses& family) {
    Json groups = Json::array();
    Json row_of = Json::array();
    Numbering<std::vector<size_t>> rows;
    for (size_t own = 0; own < family.first.size(); ++own) {
      const auto group = GroupAt(family.first[own]);
      groups.push_back(group ? static_cast<int64_t>(std::distance(resolved_.groups.begin(), *group))
                             : -1);
      row_of.push_back(group ? static_cast<int64_t>(rows.Of(RowOf(**group, family, own))) : -1);
    }
    return {{"group", groups}, {"row", row_of}, {"rows", rows.values()}};
  }

 private:
  using Groups = std::map<policy::GroupId, policy::Group>;

  [[nodiscard]] std::optional<Groups::const_iterator> GroupAt(const IpAddress& address) const {
    const auto subject = resolved_.subjects.find(address);
    if (subject == resolved_.subjects.end()) {
      return std::nullopt;
    }
    const auto& id =
        direction_ == Direction::kEgress ? subject->second.egress : subject->second.ingress;
    return id ? std::optional(resolved_.groups.find(*id)) : std::nullopt;
  }

  std::vector<size_t> RowOf(const Groups::value_type& group,
                            const FamilyClasses& family,
                            size_t own) {
    std::vector<size_t> row;
    for (size_t peer = 0; peer < family.first.size(); ++peer) {
      const IpAddress& mine = family.first[own];
      const IpAddress& other = own == peer ? family.last[peer] : family.first[peer];
      row.push_back(sets_.Of(direction_ == Direction::kEgress ? RulesAbout(group, mine, other)
                                                              : RulesAbout(group, other, mine)));
    }
    return row;
  }

  [[nodiscard]] RuleSet RulesAbout(const Groups::value_type& group,
                                   const IpAddress& source,
                                   const IpAddress& destination) const {
    RuleSet rules;
    size_t number = 0;
    for (const auto& [allowance, origins] : group.second.allowances) {
      if (insight::IsAbout(allowance, resolved_, source, destination)) {
        rules.push_back(number);
      }
      ++number;
    }
    return rules;
  }

  const policy::Resolved& resolved_;
  Direction direction_;
  Numbering<RuleSet>& sets_;
};

/// The answers by class; -1 where there is none.
Json AnswersOf(const ReachMatrix& matrix, const FamilyClasses& family) {
  Json rows = Json::array();
  for (const uint32_t from : family.classes.values()) {
    Json row = Json::array();
    for (const uint32_t to : family.classes.values()) {
      const auto answer = matrix.CellOfClasses(from, to);
      row.push_back(answer ? static_cast<int64_t>(*answer) : -1);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Json EndsOf(const ReachMatrix& matrix, std::map<Family, FamilyClasses>& classes) {
  Json ends = Json::array();
  for (const EndGroup& end : matrix.ends()) {
    Json value{{"name", ToText(end)},
               {"kind",
                end.kind == EndKind::kPods    ? "pods"
                : end.kind == EndKind::kNodes ? "nodes"
                                              : "outside"},
               {"namespace", end.ns},
               {"members", end.members}};
    for (const auto& [family, addresses] : end.families) {
      const std::string name = insight::FamilyName(family);
      value["classes"][name] = classes.at(family).classes.Of(addresses.address_class);
      value["examples"][name] = addresses.addresses.front().ToString();
    }
    ends.push_back(std::move(value));
  }
  return ends;
}

std::string SummaryOf(const ReachMatrix& matrix) {
  size_t pods = 0;
  size_t lines = 0;
  for (const EndGroup& end : matrix.ends()) {
    pods += end.kind == EndKind::kPods ? end.members.size() : 0;
    lines += end.kind == EndKind::kPods ? 1 : 0;
  }
  return insight::Counted(pods, "pod") + " in " + insight::Counted(lines, "line") + ", " +
         insight::Counted(matrix.ends().size() - lines, "line") + " of nodes and the outside, " +
         insight::Counted(matrix.reach().resolved().groups.size(), "group") + " of policies";
}

Json DataOf(const ReachMatrix& matrix) {
  Json data{{"summary", SummaryOf(matrix)}, {"families", Json::array()}};
  std::map<Family, FamilyClasses> classes;
  Numbering<RuleSet> sets;
  for (const Family family : matrix.families()) {
    const std::string name = insight::FamilyName(family);
    const FamilyClasses& of_family = classes.try_emplace(family, matrix, family).first->second;
    data["families"].push_back(name);
    data["reach"][name] = {{"answers", AnswersOf(matrix, of_family)},
                           {"egress", Side(matrix, Direction::kEgress, sets).Of(of_family)},
                           {"ingress", Side(matrix, Direction::kIngress, sets).Of(of_family)}};
  }
  data["ends"] = EndsOf(matrix, classes);
  data["answers"] = Json::array();
  for (const insight::Answer& answer : matrix.answers()) {
    data["answers"].push_back(ToJsonValue(answer));
  }
  data["groups"] = GroupsOf(matrix.reach().resolved());
  data["sets"] = sets.values();
  return data;
}

/// JSON that stands in a script element: nothing in it can end the element or begin a comment.
std::string Escaped(const std::string& json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    switch (c) {
      case '<':
        text += "\\u003c";
        break;
      case '>':
        text += "\\u003e";
        break;
      case '&':
        text += "\\u0026";
        break;
      default:
        text += c;
    }
  }
  return text;
}

/// Each mark stands once in the page; what is put there is not searched again.
std::string Fill(std::string_view page,
                 const std::vector<std::pair<std::string_view, std::string>>& marks) {
  std::string text;
  for (const auto& [mark, value] : marks) {
    const size_t at = page.find(mark);
    text += std::string(page.substr(0, at)) + value;
    page.remove_prefix(at + mark.size());
  }
  return text += page;
}

}  // namespace

std::string ToPage(const ReachMatrix& matrix) {
  return Fill(kPageHtml,
              {{"%STYLE%", kPageStyle},
               {"%DATA%", Escaped(Written(DataOf(matrix), -1))},
               {"%SCRIPT%", kPageScript}});
}

}  // namespace portcullis::cli
