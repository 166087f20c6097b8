// SPDX-License-Identifier: Apache-2.0
//
// May this connection begin, and why: the answer as a value, with what each policy, rule, peer and
// port has to say to it. Pure. The verdict, and which rules allow, are Reach's, and so the kernel's
// table's; the reasons beside it are made with the same primitives (policy/selector.h and the
// others) by reasons.h, and tests hold both together. Rendered by explanation_text.h and, as JSON,
// by controller/cli.
#ifndef PORTCULLIS_CONTROLLER_INSIGHT_EXPLANATION_H_
#define PORTCULLIS_CONTROLLER_INSIGHT_EXPLANATION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "controller/insight/asked_port.h"
#include "controller/insight/ends.h"
#include "controller/insight/findings.h"
#include "controller/insight/port_set.h"
#include "controller/insight/reach.h"
#include "controller/insight/reasons.h"
#include "controller/policy/identity.h"
#include "controller/policy/world.h"

namespace portcullis::insight {

struct Question {
  End from;
  End to;
  AskedPort port;
  std::optional<Family> family;  ///< Nothing: each that both ends have.
};

/// One rule of a policy. It allows where peers and ports both match.
struct RuleReasons {
  size_t index = 0;
  bool allows = false;  ///< As the kernel's table has it.
  std::optional<std::vector<Entry>>
      peers;  ///< Nothing: none given, which matches everything (3.1).
  std::optional<std::vector<Entry>>
      ports;  ///< Nothing: none given, which matches everything (6.1).
              ///< A list that is given and empty: nothing in it could
              ///< be understood, and it matches nothing (1.11).

  bool operator==(const RuleReasons&) const = default;
};
[[nodiscard]] bool PeersMatch(const RuleReasons& rule);
[[nodiscard]] bool PortsMatch(const RuleReasons& rule);

/// A policy that isolates the pod in the direction, or would if it were not audited.
struct PolicyReasons {
  k8s::ObjectKey policy;
  std::vector<RuleReasons> rules;
  std::vector<std::string> problems;  ///< What of it could not be understood.

  bool operator==(const PolicyReasons&) const = default;
};

/// A policy of the pod's namespace and of the direction that does not select the pod.
struct Bystander {
  k8s::ObjectKey policy;
  std::string reason;  ///< "needs app=db, pod shop/web has app=web".

  bool operator==(const Bystander&) const = default;
};

/// What is to be told of both ends, once each.
[[nodiscard]] std::vector<std::string> NotesOf(const Question& question);

/// What one end's policies say: the source's egress, or the destination's ingress.
struct Side {
  /// Why it is as it is. Only the last two ask policies.
  enum class Basis : uint8_t {
    kNoPod,        ///< No pod is at this end, so no policy selects it.
    kHostNetwork,  ///< A pod of its node's network: policies do not hold for it (8.1).
    kItself,       ///< A pod reaches itself (9.4).
    kOwnNode,      ///< A pod's own node reaches it (9.1).
    kNotIsolated,  ///< No policy isolates the pod in this direction (2.1).
    kPolicies,     ///< Those that isolate it.
    kAudited,      ///< Those that would isolate it, all of which are audited: it allows all (12.1).
  };
  policy::Direction direction = policy::Direction::kEgress;
  Basis basis = Basis::kNoPod;
  bool allows = true;
  PortSet ports;                        ///< All that this side lets pass to, or from, this peer.
  bool would_deny = false;              ///< Of kAudited: its policies would, were they enforced.
  std::vector<PolicyReasons> policies;  ///< Of kPolicies and kAudited, else empty.
  /// Of kPolicies: audited policies that select the pod too, and play no part (12.4).
  std::vector<k8s::ObjectKey> idle;
  std::vector<Bystander> bystanders;  ///< Of kPolicies, kAudited and kNotIsolated.

  bool operator==(const Side&) const = default;
};

/// The answer for one pair of addresses.
struct PairAnswer {
  IpAddress source;
  IpAddress destination;
  Side egress;
  Side ingress;

  [[nodiscard]] bool allowed() const { return egress.allows && ingress.allows; }  // 2.4
  /// Whether it is allowed, and would not be if all audited policies were enforced.
  [[nodiscard]] bool would_deny() const {
    return allowed() && (egress.would_deny || ingress.would_deny);
  }
  [[nodiscard]] Family family() const { return source.family(); }
  [[nodiscard]] PortSet ports() const { return egress.ports & ingress.ports; }
};

struct Explanation {
  Question question;
  std::vector<PairAnswer> pairs;  ///< Of the families asked for, IPv4 first. Never empty.
  /// What the writers of the policies that the pairs name should know of them; of those that do not
  /// select the pod, whether they select any. Nothing where one Reach answers many questions.
  std::vector<PolicyFinding> findings;

  /// Whether every pair is.
  [[nodiscard]] bool allowed() const;
  /// The audited policies that would deny pairs which are allowed, sorted.
  [[nodiscard]] std::vector<k8s::ObjectKey> AuditedDeniers() const;
};

/// A question as people put it on the command line.
struct QuestionText {
  std::string from;
  std::string to;
  std::string port;
  std::string default_namespace;
  std::optional<Family> family;
};
/// ERRORS: those of ParseEnd, ParsePort, Directory::Find and FindPort.
[[nodiscard]] Result<Question> Understand(const Directory& directory, const QuestionText& text);

/// `directory` and `reach` are of `world`.
/// ERRORS: kInvalidArgument where the ends have no family in common, or not the one asked for.
[[nodiscard]] Result<Explanation> Explain(const policy::World& world,
                                          const Directory& directory,
                                          const Reach& reach,
                                          const Question& question);

/// Both of the above for one question, with the findings.
[[nodiscard]] Result<Explanation> Explain(const policy::World& world, const QuestionText& text);

}  // namespace portcullis::insight

#endif  // PORTCULLIS_CONTROLLER_INSIGHT_EXPLANATION_H_
