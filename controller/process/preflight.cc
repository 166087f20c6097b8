// SPDX-License-Identifier: Apache-2.0
//
// See preflight.h.
#include "controller/process/preflight.h"

#include <filesystem>
#include <fstream>

namespace portcullis {
namespace {

bool HasBridgeWithPorts(const std::string& root) {
  std::error_code error;
  for (const auto& device : std::filesystem::directory_iterator(root + "/sys/class/net", error)) {
    if (std::filesystem::exists(device.path() / "brif", error) &&
        !std::filesystem::is_empty(device.path() / "brif", error)) {
      return true;
    }
  }
  return false;
}

std::string ReadWord(const std::string& path) {
  std::ifstream file(path);
  std::string word;
  file >> word;
  return word;
}

}  // namespace

std::vector<std::string> FindBypasses(const std::string& root) {
  std::vector<std::string> findings;
  if (!HasBridgeWithPorts(root)) {
    return findings;
  }
  for (const char* name : {"bridge-nf-call-iptables", "bridge-nf-call-ip6tables"}) {
    const std::string value = ReadWord(root + "/proc/sys/net/bridge/" + name);
    if (value != "1") {
      findings.push_back("net.bridge." + std::string(name) + " is " +
                         (value.empty() ? "missing (module br_netfilter)" : value) +
                         ": traffic between pods on one bridge of this node is NOT filtered; "
                         "load br_netfilter and set it to 1");
    }
  }
  return findings;
}

}  // namespace portcullis
