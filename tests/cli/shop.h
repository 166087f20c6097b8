// SPDX-License-Identifier: Apache-2.0
//
// A small cluster for the tests of `matrix` and `diff`: two web pods that reach the database on one
// port, a client elsewhere, and a block.
#ifndef PORTCULLIS_TESTS_CLI_SHOP_H_
#define PORTCULLIS_TESTS_CLI_SHOP_H_

#include "k8s-client/types.h"
#include "tests/policy/builders.h"

namespace portcullis::test {

[[nodiscard]] inline k8s::Objects Shop() {
  k8s::Objects objects;
  objects.pods = {MakePod("shop/web-0", {"10.0.0.1"}, {{"app", "web"}}),
                  MakePod("shop/web-1", {"10.0.0.2"}, {{"app", "web"}}),
                  MakePod("shop/db", {"10.0.0.3"}, {{"app", "db"}}),
                  MakePod("other/client", {"10.0.0.4"})};
  objects.namespaces = {MakeNamespace("shop"), MakeNamespace("other")};
  objects.policies = {
      IngressPolicy("shop/db",
                    {RuleFor({PodsWith(Label("app", "web")), Addresses("192.0.2.0/24")},
                             {Port(k8s::Protocol::kTcp, 5432)})},
                    Label("app", "db"))};
  return objects;
}

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_CLI_SHOP_H_
