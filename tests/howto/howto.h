// SPDX-License-Identifier: Apache-2.0
//
// The folder docs/howto as data: the cluster that its pages share, each page's policies, and the
// questions that the rows of its table are. Whatever keeps a page from being tested is a problem.
// Neighbours: page.h reads one page; howto_test asks oracle and core, lab_howto_test the packets.
#ifndef PORTCULLIS_TESTS_HOWTO_HOWTO_H_
#define PORTCULLIS_TESTS_HOWTO_HOWTO_H_

#include <filesystem>
#include <string>
#include <vector>

#include "base/ip.h"
#include "k8s-client/types.h"
#include "tests/howto/page.h"

namespace portcullis::test {

/// Who a cell of the table names.
struct End {
  enum class Kind : uint8_t { kPod, kNode, kAddress };
  Kind kind = Kind::kAddress;
  std::string name;  ///< "shop/web", "node1", "203.0.113.10".
  std::vector<IpAddress> addresses;
};

/// A row in one family.
struct Question {
  Row row;
  End from;
  End to;
  IpAddress source;
  IpAddress destination;
};

struct HowTo {
  std::string name;      ///< "deny-all"
  k8s::Objects objects;  ///< The cluster with this page's policies.
  std::vector<Question> questions;
};

struct HowTos {
  k8s::Objects world;
  std::vector<HowTo> pages;           ///< In the order of their names.
  std::vector<std::string> problems;  ///< "deny-all.md: what"
};

/// `folder` has world.yaml, an index README.md, and for each how-to NAME.md and NAME.yaml.
[[nodiscard]] HowTos ReadHowTos(const std::filesystem::path& folder);

/// "deny-all.md:21: shop/web → shop/api 8080/TCP: denied (10.244.1.10 → 10.244.2.10)"
[[nodiscard]] std::string ToText(const HowTo& page, const Question& question);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_HOWTO_HOWTO_H_
