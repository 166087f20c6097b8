// SPDX-License-Identifier: Apache-2.0
//
// See services.h.
#include "tests/lab/services.h"

#include <cctype>

namespace portcullis::lab {
namespace {

std::string FamilyWord(const IpAddress& address) {
  return address.family() == Family::kIpv4 ? "ip" : "ip6";
}

std::string ProtocolWord(Transport transport) {
  std::string word(TransportName(transport));
  for (char& c : word) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return word;
}

/// ip daddr 10.96.0.1 tcp dport 80 dnat ip to 10.244.1.2:8080
std::string DnatRule(const ServicePort& service) {
  const std::string family = FamilyWord(service.address);
  const std::string backend = service.backend.family() == Family::kIpv4
                                  ? service.backend.ToString()
                                  : "[" + service.backend.ToString() + "]";
  return "    " + family + " daddr " + service.address.ToString() + " " +
         ProtocolWord(service.transport) + " dport " + std::to_string(service.port) + " dnat " +
         family + " to " + backend + ":" + std::to_string(service.target_port) + "\n";
}

std::string HairpinRule(const ServicePort& service) {
  const std::string family = FamilyWord(service.backend);
  const std::string backend = service.backend.ToString();
  return "    " + family + " saddr " + backend + " " + family + " daddr " + backend +
         " masquerade\n";
}

}  // namespace

std::string ServiceRules(const std::vector<ServicePort>& services) {
  std::string dnat;
  std::string hairpin;
  for (const ServicePort& service : services) {
    dnat += DnatRule(service);
    hairpin += HairpinRule(service);
  }
  return "table inet lab_services\ndelete table inet lab_services\ntable inet lab_services {\n"
         "  chain prerouting {\n    type nat hook prerouting priority dstnat\n" +
         dnat + "  }\n  chain output {\n    type nat hook output priority -100\n" + dnat +
         "  }\n  chain postrouting {\n    type nat hook postrouting priority srcnat\n" + hairpin +
         "  }\n}\n";
}

void InstallServices(const Lab& lab, const std::vector<ServicePort>& services) {
  for (size_t node = 0; node < lab.spec().nodes; ++node) {
    RunProgram({"nft", "-f", "-"}, ServiceRules(services), &lab.node(node).netns);
  }
}

}  // namespace portcullis::lab
