// SPDX-License-Identifier: Apache-2.0
//
// See wording.h.
#include "controller/insight/wording.h"

namespace portcullis::insight {

std::string FamilyName(Family family) {
  return family == Family::kIpv4 ? "IPv4" : "IPv6";
}

std::string Joined(const std::vector<std::string>& texts, std::string_view last) {
  std::string joined;
  for (size_t i = 0; i < texts.size(); ++i) {
    joined += i == 0 ? "" : i + 1 == texts.size() ? " " + std::string(last) + " " : ", ";
    joined += texts[i];
  }
  return joined;
}

std::string Counted(size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace portcullis::insight
