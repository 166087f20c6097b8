// SPDX-License-Identifier: Apache-2.0
//
// See judge.h.
#include "tests/lab/judge.h"

namespace portcullis::lab {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr uint8_t kIcmpv6 = 58;
/// While the change is on its way, a lost packet is not worth the wait of a retry.
constexpr ProbeTimes kImpatient = {milliseconds(80), milliseconds(200), milliseconds(100)};

uint8_t ProtocolOf(const Probe& probe) {
  if (probe.transport == Transport::kIcmp && probe.destination.family() == Family::kIpv6) {
    return kIcmpv6;
  }
  return static_cast<uint8_t>(probe.transport);
}

/// The index of the node that `host` is, or the number of nodes.
size_t NodeIndex(const Lab& lab, const Host* host) {
  size_t index = 0;
  while (index < lab.spec().nodes && &lab.node(index) != host) {
    ++index;
  }
  return index;
}

bool IsPodOf(const Lab& lab, size_t node, const IpAddress& address) {
  for (const Pod* pod : lab.pods()) {
    if (pod->node == node && pod->Address(address.family()) == address) {
      return true;
    }
  }
  return false;
}

void AddPort(std::vector<Probe>& out, const Probe& base, const std::vector<uint16_t>& ports) {
  for (const Transport transport : {Transport::kTcp, Transport::kUdp, Transport::kSctp}) {
    for (const uint16_t port : ports) {
      out.push_back(base);
      out.back().transport = transport;
      out.back().port = port;
    }
  }
  out.push_back(base);
  out.back().transport = Transport::kIcmp;
}

/// From `source` (from each of its addresses, if `each_address`) to an address.
void AddQuestions(std::vector<Probe>& out,
                  const Host& source,
                  bool each_address,
                  const IpAddress& destination,
                  const std::vector<uint16_t>& ports) {
  Probe base;
  base.source = &source;
  base.destination = destination;
  if (!each_address) {
    AddPort(out, base, ports);
    return;
  }
  for (const IpAddress& from : source.addresses) {
    if (from.family() == destination.family()) {
      base.from = from;
      AddPort(out, base, ports);
    }
  }
}

std::vector<ExpectedProbe> WithAnswers(const Lab& lab,
                                       const k8s::Objects& objects,
                                       const std::vector<Probe>& questions) {
  std::vector<ExpectedProbe> out;
  out.reserve(questions.size());
  for (const Probe& probe : questions) {
    out.push_back(ExpectedProbe{probe, Expected(lab, objects, probe)});
  }
  return out;
}

std::vector<ExpectedProbe> WrongOnes(const std::vector<ExpectedProbe>& asked,
                                     const std::vector<bool>& passed) {
  std::vector<ExpectedProbe> out;
  for (size_t i = 0; i < asked.size(); ++i) {
    if (asked[i].expected != passed[i]) {
      out.push_back(asked[i]);
    }
  }
  return out;
}

Verdict Report(const Lab& lab,
               const k8s::Objects& objects,
               size_t probes,
               const std::vector<ExpectedProbe>& wrong) {
  Verdict out;
  out.probes = probes;
  for (const ExpectedProbe& one : wrong) {
    out.wrong.push_back(one.probe.ToString() + (one.expected ? " did not pass: " : " passed: ") +
                        test::Explain(objects, ToConnection(lab, one.probe)));
  }
  return out;
}

}  // namespace

test::Connection ToConnection(const Lab& lab, const Probe& probe) {
  test::Connection out;
  out.source = probe.from ? *probe.from : probe.source->Address(probe.destination.family());
  out.destination = probe.destination;
  out.protocol = ProtocolOf(probe);
  out.port = probe.port;
  out.made_by_own_node = IsPodOf(lab, NodeIndex(lab, probe.source), probe.destination);
  return out;
}

bool Expected(const Lab& lab, const k8s::Objects& objects, const Probe& probe) {
  return test::Allowed(objects, ToConnection(lab, probe));
}

std::vector<Probe> AllQuestions(const Lab& lab, const std::vector<uint16_t>& ports) {
  std::vector<const Host*> others = {&lab.external()};
  for (size_t node = 0; node < lab.spec().nodes; ++node) {
    others.push_back(&lab.node(node));
  }
  std::vector<Probe> out;
  for (const Pod* pod : lab.pods()) {
    for (const IpAddress& address : pod->addresses) {
      for (const Host* other : others) {
        AddQuestions(out, *other, other == &lab.external(), address, ports);
      }
      for (const Pod* peer : lab.pods()) {
        if (peer != pod) {
          AddQuestions(out, *peer, false, address, ports);
        }
      }
    }
    for (const Host* other : others) {
      for (const IpAddress& address : other->addresses) {
        AddQuestions(out, *pod, false, address, ports);
      }
    }
  }
  return out;
}

Verdict& Verdict::operator+=(const Verdict& other) {
  probes += other.probes;
  wrong.insert(wrong.end(), other.wrong.begin(), other.wrong.end());
  return *this;
}

Verdict Judge(ProbeEngine& engine,
              const Lab& lab,
              const k8s::Objects& objects,
              const std::vector<Probe>& questions) {
  const std::vector<ExpectedProbe> asked = WithAnswers(lab, objects, questions);
  return Report(lab, objects, asked.size(), WrongOnes(asked, ProbeAll(engine, asked)));
}

Verdict JudgeUntilRight(ProbeEngine& engine,
                        const Lab& lab,
                        const k8s::Objects& objects,
                        const std::vector<Probe>& questions,
                        milliseconds deadline) {
  const Clock::time_point end = Clock::now() + deadline;
  std::vector<ExpectedProbe> open = WithAnswers(lab, objects, questions);
  size_t probes = 0;
  do {
    probes += open.size();
    open = WrongOnes(open, ProbeAll(engine, open, kImpatient));
  } while (!open.empty() && Clock::now() < end);
  return Report(lab, objects, probes, open);
}

}  // namespace portcullis::lab
