// SPDX-License-Identifier: Apache-2.0
//
// Probes against the oracle: every question that hosts of a lab can ask one another, what the
// objects say to it, and whether the packets did the same. Neighbours: probe sends, tests/support/
// oracle answers; cluster.h keeps the objects.
#ifndef PORTCULLIS_TESTS_LAB_JUDGE_H_
#define PORTCULLIS_TESTS_LAB_JUDGE_H_

#include <chrono>
#include <string>
#include <vector>

#include "k8s-client/types.h"
#include "tests/lab/probe.h"
#include "tests/lab/topology.h"
#include "tests/support/oracle/oracle.h"

namespace portcullis::lab {

/// What a probe is to the oracle.
[[nodiscard]] test::Connection ToConnection(const Lab& lab, const Probe& probe);
/// What the objects say to it, and why.
[[nodiscard]] bool Expected(const Lab& lab, const k8s::Objects& objects, const Probe& probe);

/// From every pod, node and address outside to every pod, and from every pod to nodes and outside:
/// over TCP, UDP and SCTP on each port, and ICMP, in both families. A pod does not ask itself.
[[nodiscard]] std::vector<Probe> AllQuestions(const Lab& lab, const std::vector<uint16_t>& ports);

/// What came of asking.
struct Verdict {
  size_t probes = 0;               ///< How many were sent, repetitions included.
  std::vector<std::string> wrong;  ///< The probes that did other than the objects say, and why.

  Verdict& operator+=(const Verdict& other);
};

/// Asks all questions once. Every wrong one counts.
[[nodiscard]] Verdict Judge(ProbeEngine& engine,
                            const Lab& lab,
                            const k8s::Objects& objects,
                            const std::vector<Probe>& questions);

/// Asks all questions, and those with a wrong answer again and again until they are right or the
/// deadline is over: what is still wrong then counts. For right after a change.
[[nodiscard]] Verdict JudgeUntilRight(
    ProbeEngine& engine,
    const Lab& lab,
    const k8s::Objects& objects,
    const std::vector<Probe>& questions,
    std::chrono::milliseconds deadline = std::chrono::milliseconds(5000));

}  // namespace portcullis::lab

#endif  // PORTCULLIS_TESTS_LAB_JUDGE_H_
