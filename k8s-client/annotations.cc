// SPDX-License-Identifier: Apache-2.0
//
// See annotations.h.
#include "k8s-client/annotations.h"

#include <string>
#include <string_view>

namespace portcullis::k8s::json {
namespace {

constexpr std::string_view kAudit = "portcullis.io/audit";

}  // namespace

bool ReadAudit(Value annotations, const Path& path, Problems& problems) {
  bool audit = false;
  ForEachField(annotations, path, problems, [&](std::string_view key, Value value) {
    if (key != kAudit) {
      return;
    }
    const bool is_text = value.type() == Type::string;
    const std::string_view text = is_text ? value.get_string().value() : std::string_view();
    audit = text == "true";
    if (!audit && (!is_text || text != "false")) {
      const std::string what = is_text ? Quoted(text) + " is" : "is";
      problems.Add(Path(path, key),
                   what + " neither \"true\" nor \"false\": the policy is enforced");
    }
  });
  return audit;
}

}  // namespace portcullis::k8s::json
