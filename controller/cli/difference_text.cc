// SPDX-License-Identifier: Apache-2.0
//
// See difference_text.h.
#include "controller/cli/difference_text.h"

#include <algorithm>
#include <set>

#include "controller/cli/json_values.h"
#include "controller/insight/summary.h"
#include "controller/insight/wording.h"

namespace portcullis::cli {
namespace {

using insight::Change;
using insight::Difference;
using Json = nlohmann::ordered_json;

constexpr size_t kLineWidth = 100;

std::set<Family> FamiliesOf(const Difference& difference) {
  std::set<Family> families;
  for (const insight::EndGroup& end : difference.ends) {
    for (const auto& [family, addresses] : end.families) {
      families.insert(family);
    }
  }
  return families;
}

/// One kind of change with its sign, as the lines of a diff.
class Lines {
 public:
  Lines(const Difference& difference, bool colour)
      : difference_(difference),
        families_(FamiliesOf(difference)),
        colour_(colour) {}

  [[nodiscard]] std::string Of(const std::vector<Change>& changes,
                               const std::string& sign,
                               const std::string& code) const {
    std::string text;
    for (const Change& change : changes) {
      text += colour_ ? "\033[" + code + "m" : "";
      text += sign + " " + Body(change) + "\n";
      text += colour_ ? "\033[0m" : "";
    }
    return text;
  }

 private:
  [[nodiscard]] std::string Names(const std::vector<size_t>& ends) const {
    return insight::Joined(insight::Summarize(difference_.ends, ends), "and");
  }

  [[nodiscard]] std::string Body(const Change& change) const {
    std::string ports = ToText(change.ports);
    if (change.families != families_) {
      ports += " over " + insight::FamilyName(*change.families.begin());
    }
    const std::string from = Names(change.from);
    const std::string to = Names(change.to);
    const std::string line = from + " -> " + to + ": " + ports;
    return line.size() <= kLineWidth ? line : ports + "\n    from " + from + "\n    to " + to;
  }

  const Difference& difference_;
  std::set<Family> families_;
  bool colour_;
};

using Findings = std::vector<insight::PolicyFinding>;

bool IsAbout(const insight::PolicyFinding& finding, const insight::ObjectChange& object) {
  return object.kind == "NetworkPolicy" && finding.policy == object.key;
}

std::string ObjectText(const insight::ObjectChange& object, const Findings& findings) {
  std::string notes;
  for (const insight::PolicyFinding& each : findings) {
    notes += IsAbout(each, object) ? "    " + each.finding.note + "\n" : "";
  }
  return object.kind + " " + object.key.ToString() + ": " + object.what +
         (object.what == "assumed" ? " to be there already" : "") +
         (notes.empty() ? "\n" : ", but\n" + notes);
}

/// The policies that stay as they are, and about which something is found all the same.
std::vector<insight::ObjectChange> OthersOf(const DifferenceContext& context) {
  std::vector<insight::ObjectChange> others;
  for (const insight::PolicyFinding& finding : context.findings) {
    const auto is_about = [&](const insight::ObjectChange& object) {
      return IsAbout(finding, object);
    };
    if (std::none_of(context.objects.begin(), context.objects.end(), is_about) &&
        std::none_of(others.begin(), others.end(), is_about)) {
      others.push_back({"NetworkPolicy", finding.policy, "stays as it is"});
    }
  }
  return others;
}

std::string ObjectsText(const DifferenceContext& context) {
  std::string text;
  for (const auto& objects : {context.objects, OthersOf(context)}) {
    for (const insight::ObjectChange& object : objects) {
      text += ObjectText(object, context.findings);
    }
  }
  return text.empty() ? text : text + "\n";
}

std::string SumOf(const Difference& difference) {
  if (difference.empty()) {
    return "No difference: who reaches whom stays as it is.\n";
  }
  std::string text;
  if (difference.opened_pairs + difference.closed_pairs > 0) {
    text = "\n" + insight::Counted(difference.opened_pairs, "pair") + " would be opened, " +
           std::to_string(difference.closed_pairs) +
           " closed, on the ports above (pairs of pods, nodes and parts of the outside).\n";
  } else {
    text = "\nNothing would be opened or closed; only what audited policies log would be other.\n";
  }
  return text;
}

Json ValueOf(const std::vector<Change>& changes) {
  Json list = Json::array();
  for (const Change& change : changes) {
    Json families = Json::array();
    for (const Family family : change.families) {
      families.push_back(KeyOf(family));
    }
    list.push_back({{"from", change.from},
                    {"to", change.to},
                    {"families", families},
                    {"ports", ToJsonValue(change.ports)},
                    {"pairs", change.pairs}});
  }
  return list;
}

}  // namespace

std::string ToText(const Difference& difference, const DifferenceContext& context, bool colour) {
  const Lines lines(difference, colour);
  std::string text = ObjectsText(context) + lines.Of(difference.opened, "+", "32") +
                     lines.Of(difference.closed, "-", "31");
  const std::string more = lines.Of(difference.more_would_deny, "!", "33");
  const std::string less = lines.Of(difference.less_would_deny, "~", "33");
  text += more.empty() ? "" : "Audited policies would log as would-deny, and let pass:\n" + more;
  text += less.empty() ? "" : "No longer logged as would-deny:\n" + less;
  return text + SumOf(difference);
}

std::string ToJson(const Difference& difference, const DifferenceContext& context) {
  Json changes = Json::array();
  for (const insight::ObjectChange& object : context.objects) {
    Json change{{"kind", object.kind}};
    change.update(ToJsonValue(object.key));
    change["change"] = object.what;
    changes.push_back(std::move(change));
  }
  Json ends = Json::array();
  for (const insight::EndGroup& end : difference.ends) {
    ends.push_back(ToJsonValue(end));
  }
  const Json value{{"objects", changes},
                   {"findings", ToJsonValue(context.findings)},
                   {"ends", ends},
                   {"opened", ValueOf(difference.opened)},
                   {"closed", ValueOf(difference.closed)},
                   {"moreWouldDeny", ValueOf(difference.more_would_deny)},
                   {"lessWouldDeny", ValueOf(difference.less_would_deny)},
                   {"openedPairs", difference.opened_pairs},
                   {"closedPairs", difference.closed_pairs}};
  return Written(value, 2) + "\n";
}

}  // namespace portcullis::cli
