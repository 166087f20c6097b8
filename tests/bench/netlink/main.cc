// SPDX-License-Identifier: Apache-2.0
//
// What the kernel's nf_tables and the way to it cost: one change of each kind at several sizes of
// the table, a full load, a dump, a comparison. In network namespaces of its own, as root.
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/policy/compile.h"
#include "nft/diff.h"
#include "tests/bench/netlink/table.h"
#include "tests/bench/support/process.h"
#include "tests/bench/support/program.h"

namespace portcullis::bench {
namespace {

using Sizes = std::vector<size_t>;

constexpr size_t kElementTurns = 200;

struct Costs {
  std::vector<double> wall;
  std::vector<double> cpu;

  void Add(const Cost& cost) {
    wall.push_back(cost.wall);
    cpu.push_back(cost.cpu);
  }
  void Print(Report& report, const std::string& name, const Params& params) const {
    report.Add(name, "time", "µs", Summarise(wall), params);
    report.Add(name, "CPU", "µs", Summarise(cpu), params);
  }
};

nft::Ruleset WithSet(const nft::Set& set) {
  nft::Ruleset table = EmptyTable();
  table.sets.emplace(set.name, set);
  return table;
}

class NetlinkBench {
 public:
  /// `large`: a turn takes long.
  NetlinkBench(Report& report, bool quick, bool large = false)
      : report_(report),
        turns_(quick   ? 10
               : large ? 40
                       : 100) {}

  /// From one state of the table to another and back, often.
  void Toggle(const std::string& there_name,
              const std::string& back_name,
              const Params& params,
              const nft::Ruleset& here,
              const nft::Ruleset& there) {
    KernelTable kernel;
    kernel.Become(here);
    std::map<std::string, Costs> costs;
    for (size_t turn = 0; turn < turns_; ++turn) {
      costs[there_name].Add(kernel.Become(there));
      costs[back_name].Add(kernel.Become(here));
    }
    for (const auto& [name, cost] : costs) {
      cost.Print(report_, name, params);
    }
  }

  /// One element more and one less, with nothing else done in between, as an event of the engine
  /// is.
  void Element(const nft::Set& set, const nft::Element& element, const std::string& kind) {
    const nft::Ruleset here = WithSet(set);
    nft::Ruleset there = here;
    there.sets.at(set.name).elements.emplace(element.key, element);
    const nft::ChangeSet add = nft::Diff(here, there);
    const nft::ChangeSet remove = nft::Diff(there, here);
    KernelTable kernel;
    kernel.Become(here);
    Costs come;
    Costs go;
    for (size_t turn = 0; turn < kElementTurns; ++turn) {
      come.Add(kernel.Commit(add));
      go.Add(kernel.Commit(remove));
    }
    const Params params = {{"elements", set.elements.size()}};
    come.Print(report_, kind + " added", params);
    go.Print(report_, kind + " removed", params);
  }

  void Groups(size_t chains) {
    const Params params = {{"chains", chains}};
    nft::Ruleset here = EmptyTable();
    here.sets.emplace("pods-a", PodSet("a", 100));
    AddGroups(here, chains, "pods-a");

    nft::Ruleset there = here;
    there.sets.at("ingress4").elements.emplace(Address(5000), JumpElement(5000, "chain-0"));
    Toggle("verdict map element added", "verdict map element removed", params, here, there);

    there = here;
    there.chains.at("chain-0").rules = GroupChain("chain-0", "pods-a", 4).rules;
    Toggle("rule added", "rule removed", params, here, there);

    there = here;
    AddGroups(there, chains + 1, "pods-a");
    Toggle("chain with map element added", "chain with map element removed", params, here, there);

    Policy(here, params);
    there = policy::WithGeneration(here, policy::MarkLayout{}, 2);
    Toggle("generation raised", "generation raised", params, here, there);
  }

  /// A policy that is new to a pod: its chain changes, with a set of peers, and the generation.
  void Policy(const nft::Ruleset& here, const Params& params) {
    nft::Ruleset there = here;
    there.sets.emplace("pods-b", PodSet("b", 10, 1000));
    there.chains.erase("chain-0");
    there.chains.emplace("chain-new", GroupChain("chain-new", "pods-b", 4));
    there.sets.at("ingress4").elements.at(Address(0)) = JumpElement(0, "chain-new");
    Toggle("policy comes",
           "policy goes",
           params,
           here,
           policy::WithGeneration(std::move(there), policy::MarkLayout{}, 2));
  }

  /// What a table takes as a value, and the change that makes it.
  void Memory(size_t size) {
    const Params params = {{"elements", size}};
    const auto print = [&](const std::string& what, size_t bytes) {
      report_.Add(what, "memory", "bytes", static_cast<double>(bytes / size), params);
    };
    const size_t before = HeapInUse();
    const nft::Ruleset table = WithSet(PodSet("a", size));
    const size_t with_table = HeapInUse();
    print("element of a table", with_table - before);
    const nft::ChangeSet change = nft::Diff(std::nullopt, table);
    print("element of a change", HeapInUse() - with_table);
  }

  void Whole(const std::string& name, const Params& params, const nft::Ruleset& table) {
    Costs load;
    Costs dump;
    Costs compare;
    Costs remove;
    for (size_t turn = 0; turn < (turns_ > 10 ? 5 : 2); ++turn) {
      KernelTable kernel;
      load.Add(kernel.Become(table));
      dump.Add(kernel.Dump());
      compare.Add(kernel.CompareWithItself());
      remove.Add(kernel.Become(EmptyTable()));
    }
    load.Print(report_, name + ": load", params);
    dump.Print(report_, name + ": dump", params);
    compare.Print(report_, name + ": no difference", params);
    remove.Print(report_, name + ": removal", params);
  }

 private:
  Report& report_;
  const size_t turns_;
};

nft::Ruleset WithChains(size_t chains) {
  nft::Ruleset table = WithSet(PodSet("a", 100));
  AddGroups(table, chains, "pods-a");
  return table;
}

int Main(int argc, const char* const* argv) {
  Program program("netlink", argc, argv);
  RequireRoot("make network namespaces");
  const bool quick = program.quick();
  program.Case("element", [quick](Report& report) {
    for (const size_t size : quick ? Sizes{100, 10'000} : Sizes{100, 10'000, 100'000}) {
      const nft::Element next = PodSet("a", 1, size).elements.begin()->second;
      NetlinkBench(report, quick).Element(PodSet("a", size), next, "element");
    }
  });
  program.Case("range", [quick](Report& report) {
    for (const size_t size : quick ? Sizes{100} : Sizes{100, 10'000}) {
      NetlinkBench(report, quick).Element(IntervalSet("a", size), Range(size), "range");
    }
  });
  program.Case("groups", [quick](Report& report) {
    for (const size_t chains : quick ? Sizes{10, 100} : Sizes{10, 100, 1000}) {
      NetlinkBench(report, quick, chains > 100).Groups(chains);
    }
  });
  program.Case("memory", [quick](Report& report) {
    for (const size_t size : quick ? Sizes{10'000} : Sizes{10'000, 100'000}) {
      NetlinkBench(report, quick).Memory(size);
    }
  });
  program.Case("whole", [quick](Report& report) {
    NetlinkBench bench(report, quick);
    for (const size_t size : quick ? Sizes{1000} : Sizes{10'000, 100'000}) {
      bench.Whole("elements", {{"elements", size}}, WithSet(PodSet("a", size)));
    }
    for (const size_t size : quick ? Sizes{1000} : Sizes{10'000}) {
      bench.Whole("ranges", {{"elements", size}}, WithSet(IntervalSet("a", size)));
    }
    for (const size_t chains : quick ? Sizes{100} : Sizes{1000}) {
      bench.Whole("chains", {{"chains", chains}}, WithChains(chains));
    }
  });
  return program.Run();
}

}  // namespace
}  // namespace portcullis::bench

int main(int argc, char** argv) {
  return portcullis::bench::Main(argc, argv);
}
