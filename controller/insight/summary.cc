// SPDX-License-Identifier: Apache-2.0
//
// See summary.h.
#include "controller/insight/summary.h"

#include <map>
#include <set>
#include <utility>

namespace portcullis::insight {
namespace {

using Indices = std::vector<size_t>;

/// What one name can stand for: the pods of a namespace, the nodes, the outside.
using Kin = std::pair<EndKind, std::string>;

Kin KinOf(const EndGroup& end) {
  return {end.kind, end.ns};
}

std::map<Kin, Indices> ByKin(const std::vector<EndGroup>& ends, const Indices& chosen) {
  std::map<Kin, Indices> by_kin;
  for (const size_t index : chosen) {
    by_kin[KinOf(ends[index])].push_back(index);
  }
  return by_kin;
}

Indices All(const std::vector<EndGroup>& ends) {
  Indices all(ends.size());
  for (size_t i = 0; i < all.size(); ++i) {
    all[i] = i;
  }
  return all;
}

Indices Without(const Indices& all, const Indices& chosen) {
  Indices others;
  auto next = chosen.begin();
  for (const size_t index : all) {
    if (next != chosen.end() && *next == index) {
      ++next;
    } else {
      others.push_back(index);
    }
  }
  return others;
}

/// "30 pods".
std::string CountText(const std::vector<EndGroup>& ends, const Indices& members) {
  size_t count = 0;
  for (const size_t index : members) {
    count += ends[index].members.size();
  }
  return std::to_string(count) +
         (ends[members.front()].kind == EndKind::kNodes ? " nodes" : " pods");
}

std::string NameOfAll(const std::vector<EndGroup>& ends, const Indices& members) {
  const EndGroup& first = ends[members.front()];
  if (first.kind == EndKind::kOutside) {
    return "all of the outside";
  }
  const std::string count = "all " + CountText(ends, members);
  return first.kind == EndKind::kNodes ? count : first.ns + "/* (" + count + ")";
}

/// Without "everybody": whole namespaces by their name, the others one by one.
std::vector<std::string> Enumerate(const std::vector<EndGroup>& ends, const Indices& chosen) {
  const auto all = ByKin(ends, All(ends));
  std::vector<std::string> names;
  for (const auto& [kin, members] : ByKin(ends, chosen)) {
    if (members.size() > 1 && members.size() == all.at(kin).size()) {
      names.push_back(NameOfAll(ends, members));
      continue;
    }
    for (const size_t index : members) {
      names.push_back(ToText(ends[index]));
    }
  }
  return names;
}

std::string Join(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

}  // namespace

std::vector<std::string> Summarize(const std::vector<EndGroup>& ends, const Indices& chosen) {
  if (chosen.size() == ends.size() && ends.size() > 1) {
    return {"everybody"};
  }
  std::vector<std::string> names = Enumerate(ends, chosen);
  const std::vector<std::string> others = Enumerate(ends, Without(All(ends), chosen));
  if (names.size() > 2 && others.size() < names.size() && others.size() <= 2) {
    return {"everybody but " + Join(others)};
  }
  return names;
}

std::string NameTogether(const std::vector<EndGroup>& ends, const Indices& chosen) {
  const auto all = ByKin(ends, All(ends));
  if (all.at(KinOf(ends[chosen.front()])).size() == chosen.size()) {
    return NameOfAll(ends, chosen);
  }
  constexpr size_t kMost = 3;
  std::set<std::string> names;
  for (const size_t index : chosen) {
    const EndGroup& end = ends[index];
    names.insert(end.of > 1 ? end.workload + "-*" : end.workload);
  }
  std::string text = ends[chosen.front()].ns;
  text += text.empty() ? "" : "/";
  size_t count = 0;
  for (const std::string& name : names) {
    text += count++ < kMost ? (count > 1 ? ", " : "") + name : "";
  }
  return text + (count > kMost ? " and " + std::to_string(count - kMost) + " more" : "") + " (" +
         CountText(ends, chosen) + ")";
}

}  // namespace portcullis::insight
