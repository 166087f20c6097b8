// SPDX-License-Identifier: Apache-2.0
//
// What `explain` prints, page by page.
#include "controller/insight/explanation_text.h"

#include <catch2/catch.hpp>

#include "tests/insight/asking.h"
#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

using k8s::Protocol;

k8s::Objects Shop() {
  k8s::Objects objects;
  objects.namespaces = {MakeNamespace("shop", {{"team", "a"}})};
  objects.pods = {MakePod("shop/web", {"10.0.0.1", "fd00::1"}, {{"role", "backend"}}),
                  MakePod("shop/db", {"10.0.0.2", "fd00::2"}, {{"app", "db"}})};
  objects.policies = {
      IngressPolicy("shop/db-access",
                    {RuleFor({PodsWith(Label("role", "frontend")), Addresses("10.1.0.0/16")},
                             {Port(Protocol::kTcp, 5432)}),
                     PortRule({Port(Protocol::kTcp, 9187)})},
                    Label("app", "db")),
      IngressPolicy("shop/cache", {}, Label("app", "cache"))};
  objects.policies[0].ingress[1].index = 1;
  return objects;
}

}  // namespace

TEST_CASE("a denial shows the verdict, both ends, the nearest rules, and all policies") {
  CHECK(ToText(Ask(Shop(), "shop/web", "shop/db", "5432", Family::kIpv4), false) ==
        R"(DENIED  shop/web to shop/db on 5432/TCP, over IPv4

  egress of shop/web  allowed  no policy isolates it
  ingress of shop/db  denied   isolated by shop/db-access, none of whose 2 rules allows this
    - shop/db-access ingress[0]: needs role=frontend, pod shop/web has role=backend; ipBlock 10.1.0.0/16 does not contain 10.0.0.1
    - shop/db-access ingress[1]: 9187/TCP is not 5432/TCP

Policies for ingress of shop/db
  shop/db-access
    ingress[0]  does not allow it
      from  no   podSelector role=frontend  needs role=frontend, pod shop/web has role=backend
      from  no   ipBlock 10.1.0.0/16        does not contain 10.0.0.1
      port  yes  5432/TCP                   is 5432/TCP
    ingress[1]  does not allow it
      from  yes  every one (none given)
      port  no   9187/TCP                   is not 5432/TCP
  shop/cache  does not select it: needs app=cache, pod shop/db has app=db

Worth a look in these policies
  shop/cache
    podSelector app=cache of namespace shop selects no pod, so the policy has no effect
  shop/db-access
    ingress[0]: podSelector role=frontend of namespace shop selects no pod, so this peer allows nothing

All that may pass
  IPv4  10.0.0.1 to 10.0.0.2  9187/TCP
)");
}

TEST_CASE("where both ends deny, both must change; where one denies, nothing is said (2.4)") {
  auto objects = Shop();
  const auto text = [&] {
    return ToText(Ask(objects, "shop/web", "shop/db", "5432"), false);
  };
  const std::string advice = "  Both ends must change: either alone leaves it denied.\n";
  CHECK_THAT(text(), !Catch::Contains(advice));
  objects.policies.push_back(EgressPolicy("shop/closed", {}, Label("role", "backend")));
  CHECK_THAT(text(), Catch::Contains("9187/TCP is not 5432/TCP\n" + advice + "\nPolicies for"));
}

TEST_CASE("what only audited policies would deny is allowed, with their reasons (12.1, 12.3)") {
  k8s::Objects objects = Shop();
  objects.policies[0].audit = true;
  CHECK(
      ToText(Ask(objects, "shop/web", "shop/db", "5432", Family::kIpv4), false) ==
      R"(ALLOWED  shop/web to shop/db on 5432/TCP, over IPv4; audited policy shop/db-access would deny it

  egress of shop/web  allowed  no policy isolates it
  ingress of shop/db  allowed  only audited policies select it, and would deny this: shop/db-access, none of whose 2 rules allows this
    - shop/db-access ingress[0]: needs role=frontend, pod shop/web has role=backend; ipBlock 10.1.0.0/16 does not contain 10.0.0.1
    - shop/db-access ingress[1]: 9187/TCP is not 5432/TCP

Policies for ingress of shop/db
  shop/db-access  (audited)
    ingress[0]  does not allow it
      from  no   podSelector role=frontend  needs role=frontend, pod shop/web has role=backend
      from  no   ipBlock 10.1.0.0/16        does not contain 10.0.0.1
      port  yes  5432/TCP                   is 5432/TCP
    ingress[1]  does not allow it
      from  yes  every one (none given)
      port  no   9187/TCP                   is not 5432/TCP
  shop/cache  does not select it: needs app=cache, pod shop/db has app=db

Worth a look in these policies
  shop/cache
    podSelector app=cache of namespace shop selects no pod, so the policy has no effect
  shop/db-access
    ingress[0]: podSelector role=frontend of namespace shop selects no pod, so this peer allows nothing

All that may pass
  IPv4  10.0.0.1 to 10.0.0.2  everything
)");
}

TEST_CASE("an audited policy beside an enforced one is said to play no part (12.4)") {
  k8s::Objects objects = Shop();
  objects.policies.push_back(IngressPolicy("shop/trial", {}, Label("app", "db")));
  objects.policies.back().audit = true;
  const std::string text = ToText(Ask(objects, "shop/web", "shop/db", "9187"), false);
  CHECK(text.find("ALLOWED  shop/web to shop/db on 9187/TCP, over IPv4 and IPv6\n") == 0);
  CHECK_THAT(text, Catch::Contains("  shop/trial  is audited: where enforced policies isolate"));
}

TEST_CASE("a policy none of whose rules was understood is not said to have none (1.11)") {
  k8s::Objects objects = Shop();
  objects.policies = {IngressPolicy("shop/odd", {}, Label("app", "db"))};
  CHECK_THAT(ToText(Ask(objects, "shop/web", "shop/db", "80"), false),
             Catch::Contains("  shop/odd  has no rule\n"));
  objects.policies[0].problems = {R"(policyTypes[0]: "ingress" is neither Ingress nor Egress)"};
  CHECK_THAT(ToText(Ask(objects, "shop/web", "shop/db", "80"), false),
             Catch::Contains("  shop/odd  has no rule that was understood\n"));
}

TEST_CASE("families with one answer for the same reasons are told of once") {
  CHECK(ToText(Ask(Shop(), "shop/web", "shop/db", "9187"), false) ==
        R"(ALLOWED  shop/web to shop/db on 9187/TCP, over IPv4 and IPv6

  egress of shop/web  allowed  no policy isolates it
  ingress of shop/db  allowed  shop/db-access ingress[1] allows it

Policies for ingress of shop/db
  shop/db-access
    ingress[0]  does not allow it
      from  no   podSelector role=frontend  needs role=frontend, pod shop/web has role=backend
      from  no   ipBlock 10.1.0.0/16        does not contain 10.0.0.1
      port  no   5432/TCP                   is not 9187/TCP
    ingress[1]  allows it
      from  yes  every one (none given)
      port  yes  9187/TCP                   is 9187/TCP
  shop/cache  does not select it: needs app=cache, pod shop/db has app=db

Worth a look in these policies
  shop/cache
    podSelector app=cache of namespace shop selects no pod, so the policy has no effect
  shop/db-access
    ingress[0]: podSelector role=frontend of namespace shop selects no pod, so this peer allows nothing

All that may pass
  IPv4  10.0.0.1 to 10.0.0.2  9187/TCP
  IPv6  fd00::1 to fd00::2    9187/TCP
)");
}

TEST_CASE("families that differ are told apart, and the denied one leads") {
  auto objects = Shop();
  objects.policies[0].ingress = {RuleFor({Addresses("10.0.0.0/8")})};
  CHECK(ToText(Ask(objects, "shop/web", "shop/db", "icmp"), false) ==
        R"(DENIED  shop/web to shop/db on ICMP, over IPv6 (allowed over IPv4)

Over IPv4
  egress of shop/web  allowed  no policy isolates it
  ingress of shop/db  allowed  shop/db-access ingress[0] allows it

Policies for ingress of shop/db
  shop/db-access
    ingress[0]  allows it
      from  yes  ipBlock 10.0.0.0/8  contains 10.0.0.1
      port  yes  every one (none given)
  shop/cache  does not select it: needs app=cache, pod shop/db has app=db

Over IPv6
  egress of shop/web  allowed  no policy isolates it
  ingress of shop/db  denied   isolated by shop/db-access, whose one rule does not allow this
    - shop/db-access ingress[0]: ipBlock 10.0.0.0/8 does not contain fd00::1

Policies for ingress of shop/db
  shop/db-access
    ingress[0]  does not allow it
      from  no   ipBlock 10.0.0.0/8  does not contain fd00::1
      port  yes  every one (none given)
  shop/cache  does not select it: needs app=cache, pod shop/db has app=db

Worth a look in these policies
  shop/cache
    podSelector app=cache of namespace shop selects no pod, so the policy has no effect

All that may pass
  IPv4  10.0.0.1 to 10.0.0.2  everything
  IPv6  fd00::1 to fd00::2    nothing
)");
}

TEST_CASE("a policy without rules, and one that is broken, say so (1.7, 1.11)") {
  auto objects = Shop();
  objects.policies[0].ingress = {};
  CHECK_THAT(ToText(Ask(objects, "shop/web", "shop/db", "80"), false),
             Catch::Contains("isolated by shop/db-access, without a rule, so that nothing is"));
  objects.policies[0].ingress = {RuleFor({})};
  objects.policies[0].problems = {"ingress[0].from[0] is no object"};
  const std::string text = ToText(Ask(objects, "shop/web", "shop/db", "80"), false);
  CHECK_THAT(text, Catch::Contains("nothing in its list of peers could be understood"));
  CHECK_THAT(text, Catch::Contains("not understood: ingress[0].from[0] is no object"));
}

TEST_CASE("only the verdicts are coloured, and notes come last") {
  const auto denied = Ask(Shop(), "10.0.0.1", "shop/db", "80");
  CHECK_THAT(ToText(denied, true), Catch::StartsWith("\033[1;31mDENIED\033[0m  shop/web"));
  CHECK_THAT(ToText(denied, false), !Catch::Contains("\033"));
  CHECK_THAT(ToText(denied, false),
             Catch::EndsWith("\nNote: Address 10.0.0.1 is that of pod shop/web.\n"));
}

TEST_CASE("of many rules the nearest are named, those that fail in one respect first") {
  auto objects = Shop();
  auto& rules = objects.policies[0].ingress;
  rules.assign(3, RuleFor({PodsWith(Label("a", "b"))}, {Port(Protocol::kTcp, 1)}));
  rules.push_back(PortRule({Port(Protocol::kTcp, 81)}));
  rules.push_back(PortRule({}));
  for (size_t i = 0; i < rules.size(); ++i) {
    rules[i].index = i;
  }
  CHECK_THAT(ToText(Ask(objects, "shop/web", "shop/db", "80"), false),
             Catch::Contains("    - shop/db-access ingress[3]: 81/TCP is not 80/TCP\n"
                             "    - shop/db-access ingress[4]: nothing in its list of ports could "
                             "be understood\n"
                             "    - shop/db-access ingress[0]: needs a=b, pod shop/web has no "
                             "label a; 1/TCP is not 80/TCP\n"
                             "    - and 2 more rules, see below\n"));
}

}  // namespace portcullis::test
