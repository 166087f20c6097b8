// SPDX-License-Identifier: Apache-2.0
//
// What about this node would let packets pass beside every rule. Reads /proc and /sys of the
// network namespace; changes nothing. agent logs what it finds at start.
#ifndef PORTCULLIS_CONTROLLER_PROCESS_PREFLIGHT_H_
#define PORTCULLIS_CONTROLLER_PROCESS_PREFLIGHT_H_

#include <string>
#include <vector>

namespace portcullis {

/// One sentence per finding, with what to do about it. `root` is put before /proc and /sys.
///
/// Packets between two ports of one bridge pass the hooks of the inet family only while
/// net.bridge.bridge-nf-call-iptables (and -ip6tables) is 1: with 0, or without the module
/// br_netfilter, traffic between bridged pods of this node is not filtered at all (measured on
/// Linux 6.18).
[[nodiscard]] std::vector<std::string> FindBypasses(const std::string& root = "");

}  // namespace portcullis

#endif  // PORTCULLIS_CONTROLLER_PROCESS_PREFLIGHT_H_
