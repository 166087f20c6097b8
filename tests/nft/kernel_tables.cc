// SPDX-License-Identifier: Apache-2.0
//
// See kernel_tables.h.
#include "tests/nft/kernel_tables.h"

#include <utility>

#include <catch2/catch.hpp>

#include "nft/diff.h"
#include "nft/print.h"
#include "tests/nft/namespace.h"

namespace portcullis::test {

using nft::BaseHook;
using nft::Chain;
using nft::Compare;
using nft::Counter;
using nft::Element;
using nft::Field;
using nft::Hook;
using nft::InRange;
using nft::KeyType;
using nft::Lookup;
using nft::MnlKernel;
using nft::Receipt;
using nft::Rule;
using nft::Ruleset;
using nft::Set;
using nft::Snapshot;
using nft::Verdict;
using nft::VerdictKind;
using nft::VerdictMap;

MnlKernel OpenKernel() {
  auto kernel = MnlKernel::Open();
  REQUIRE(kernel);
  return std::move(*kernel);
}

Snapshot DumpOrFail(MnlKernel& kernel) {
  auto snapshot = kernel.Dump(kTable);
  INFO((snapshot ? "" : snapshot.error().message));
  REQUIRE(snapshot);
  return std::move(*snapshot);
}

Receipt Put(MnlKernel& kernel, const Ruleset& want) {
  const Snapshot have = DumpOrFail(kernel);
  const auto receipt = kernel.Commit(Diff(have.table, want), have.generation);
  INFO((receipt ? "" : receipt.error().message));
  INFO(Print(want));
  REQUIRE(receipt);
  return *receipt;
}

void Load(const std::string& text) {
  const auto ran = RunWithInput("nft -f -", text);
  INFO(text);
  INFO(ran.output);
  REQUIRE(ran.status == 0);
}

std::string AddressKey(uint32_t number) {
  return {10,
          static_cast<char>(number >> 16U),
          static_cast<char>(number >> 8U),
          static_cast<char>(number)};
}

Ruleset WithBigSet(uint32_t elements) {
  Ruleset ruleset;
  ruleset.table = kTable;
  Set set;
  set.name = "pods4";
  set.key = {KeyType::kIpv4Addr};
  for (uint32_t i = 0; i < elements; ++i) {
    set.elements.emplace(AddressKey(i), Element{AddressKey(i), "", {}, "default/a-pod"});
  }
  ruleset.sets.emplace("pods4", set);
  ruleset.chains["post"] =
      Chain{"post",
            BaseHook{Hook::kPostrouting, 95},
            "",
            {Rule{{Lookup{{Field::kIpSaddr}, "pods4"}, Verdict{VerdictKind::kDrop, ""}}, "", 0}}};
  return ruleset;
}

Ruleset WithManyChains(uint32_t chains) {
  Ruleset ruleset;
  ruleset.table = kTable;
  Set map;
  map.name = "ingress4";
  map.key = {KeyType::kIpv4Addr};
  map.verdict_map = true;
  for (uint32_t i = 0; i < chains; ++i) {
    const std::string name = "ingress-" + std::to_string(i);
    const Rule rule{{Compare{Field::kL4Proto, false, 6},
                     InRange{Field::kCtReplyProtoSrc, i % 1000 + 1, i % 1000 + 2},
                     Verdict{VerdictKind::kReturn, ""}},
                    "default/web ingress[0]",
                    0};
    const Rule drop{{Counter{}, Verdict{VerdictKind::kDrop, ""}}, "", 0};
    ruleset.chains[name] = Chain{name, {}, "policies default/web", {rule, rule, drop}};
    map.elements.emplace(
        AddressKey(i),
        Element{AddressKey(i), "", Verdict{VerdictKind::kJump, name}, "default/a-pod"});
  }
  ruleset.sets.emplace(map.name, map);
  ruleset.chains["post"] = Chain{"post",
                                 BaseHook{Hook::kPostrouting, 95},
                                 "",
                                 {Rule{{VerdictMap{{Field::kIpDaddr}, map.name}}, "", 0}}};
  return ruleset;
}

}  // namespace portcullis::test
