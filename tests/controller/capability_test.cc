// SPDX-License-Identifier: Apache-2.0
//
// What is said where CAP_NET_ADMIN is missing. That it is raised where it is permitted,
// process_test shows with the program itself.
#include "controller/process/capability.h"

#include <catch2/catch.hpp>

namespace portcullis {
namespace {

bool Says(const PrivilegeFacts& facts, const std::string& text) {
  return ExplainMissingNetAdmin(facts).find(text) != std::string::npos;
}

TEST_CASE("A missing capability is explained with what to do about it", "[capability]") {
  PrivilegeFacts facts{/*in_bounding_set=*/false, /*no_new_privs=*/true, 65532, "/portcullis"};
  CHECK(Says(facts, "CAP_NET_ADMIN is missing"));
  CHECK(Says(facts, "add NET_ADMIN to securityContext.capabilities.add"));
  facts.in_bounding_set = true;
  CHECK(Says(facts, "set securityContext.allowPrivilegeEscalation to true"));
  facts.no_new_privs = false;
  CHECK(Says(facts, "user 65532"));
  CHECK(Says(facts, "setcap cap_net_admin=p /portcullis"));
  facts.uid = 0;
  CHECK(Says(facts, "root is without it"));
}

}  // namespace
}  // namespace portcullis
