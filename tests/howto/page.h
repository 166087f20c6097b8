// SPDX-License-Identifier: Apache-2.0
//
// One page of docs/howto as data: the policy that it shows and the rows of its table. It knows how
// such a page is written and nothing of Kubernetes. Neighbour: howto.h reads the folder and makes
// questions of the rows.
#ifndef PORTCULLIS_TESTS_HOWTO_PAGE_H_
#define PORTCULLIS_TESTS_HOWTO_PAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "k8s-client/types.h"

namespace portcullis::test {

enum class Outcome : uint8_t { kAllowed, kDenied, kWouldBeDenied };

/// A row: "| shop/web | shop/api | 8080/TCP | allowed |".
struct Row {
  size_t line = 0;  ///< Of the page, from 1.
  std::string from;
  std::string to;
  std::optional<k8s::Protocol> protocol;  ///< Nothing: ICMP echo.
  uint16_t port = 0;
  Outcome outcome = Outcome::kAllowed;

  /// "shop/web → shop/api 8080/TCP: allowed"
  [[nodiscard]] std::string ToString() const;
};

struct Page {
  std::string yaml;  ///< What its ```yaml block shows; empty where it has none.
  std::vector<Row> rows;
  std::vector<std::string> problems;  ///< "line 12: ...", also where it has no row.
};

/// Reads a page. Whatever is wrong with it is among its problems.
[[nodiscard]] Page ReadPage(std::string_view text);

}  // namespace portcullis::test

#endif  // PORTCULLIS_TESTS_HOWTO_PAGE_H_
