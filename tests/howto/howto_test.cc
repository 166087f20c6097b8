// SPDX-License-Identifier: Apache-2.0
//
// The pages of docs/howto are whole, and their tables are what the API says. What packets say:
// tests/lab/howto_test.cc.
#include "tests/howto/howto.h"

#include <catch2/catch.hpp>

#include "controller/insight/reach.h"
#include "tests/k8s-client/temporary_folder.h"
#include "tests/support/oracle/oracle.h"

namespace portcullis::test {
namespace {

constexpr uint8_t kIcmp = 1;
constexpr uint8_t kIcmpv6 = 58;
constexpr size_t kWishes = 10;

uint8_t ProtocolOf(const Question& question) {
  if (question.row.protocol) {
    return static_cast<uint8_t>(*question.row.protocol);
  }
  return question.source.family() == Family::kIpv4 ? kIcmp : kIcmpv6;
}

Connection ToConnection(const k8s::Objects& objects, const Question& question) {
  Connection out;
  out.source = question.source;
  out.destination = question.destination;
  out.protocol = ProtocolOf(question);
  out.port = question.row.port;
  const k8s::Pod* destination = PodAt(objects, question.destination);
  out.made_by_own_node = question.from.kind == End::Kind::kNode && destination != nullptr &&
                         destination->node_name == question.from.name;
  return out;
}

constexpr char kPage[] = R"(# A page

```yaml
kind: NetworkPolicy
apiVersion: networking.k8s.io/v1
metadata: {namespace: a, name: p}
spec: {podSelector: {}}
```

| from | to | port | |
|---|---|---|---|
| a/one | a/two | 80/TCP | denied |
| 192.0.2.1 | a/two | icmp | denied |
| a/one | 192.0.2.1 | 53/UDP | allowed |
)";

constexpr char kWorldYaml[] = R"(apiVersion: v1
kind: Pod
metadata: {namespace: a, name: one}
status: {phase: Running, podIPs: [{ip: 10.0.0.1}]}
---
apiVersion: v1
kind: Pod
metadata: {namespace: a, name: two}
status: {phase: Running, podIPs: [{ip: 10.0.0.2}]}
)";

std::string YamlOf(const std::string& page) {
  const size_t first = page.find("```yaml\n") + 8;
  return page.substr(first, page.find("```\n", first) - first);
}

/// `from` replaced by `to`, once.
std::string With(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

/// Of a folder with this one page, whose YAML file shows what `yaml_of` shows.
std::vector<std::string> ProblemsOf(const std::string& page, const std::string& yaml_of = kPage) {
  const TemporaryFolder folder;
  folder.Write("world.yaml", kWorldYaml);
  folder.Write("README.md", "[a page](page.md)");
  folder.Write("page.md", page);
  folder.Write("page.yaml", YamlOf(yaml_of));
  return ReadHowTos(folder.path()).problems;
}

}  // namespace

TEST_CASE("every how-to shows its policy and says what it does") {
  const HowTos howtos = ReadHowTos(PORTCULLIS_HOWTO_FOLDER);
  for (const std::string& problem : howtos.problems) {
    UNSCOPED_INFO(problem);
  }
  CHECK(howtos.problems.empty());
  CHECK(howtos.pages.size() >= kWishes);
}

TEST_CASE("the how-tos' tables are what the API says (0)") {
  for (const HowTo& page : ReadHowTos(PORTCULLIS_HOWTO_FOLDER).pages) {
    for (const Question& question : page.questions) {
      const Connection connection = ToConnection(page.objects, question);
      INFO(ToText(page, question) << "\n" << Explain(page.objects, connection));
      CHECK(Allowed(page.objects, connection) == (question.row.outcome != Outcome::kDenied));
      CHECK(Allowed(Enforced(page.objects), connection) ==
            (question.row.outcome == Outcome::kAllowed));
    }
  }
}

TEST_CASE("who reaches whom is what the how-tos' tables say (0)") {
  for (const HowTo& page : ReadHowTos(PORTCULLIS_HOWTO_FOLDER).pages) {
    const insight::Reach reach((policy::World(page.objects)));
    for (const Question& question : page.questions) {
      if (question.from.kind == End::Kind::kNode) {
        continue;  // Reach knows addresses: whose own node asks is not its matter (9.1).
      }
      INFO(ToText(page, question));
      const uint8_t protocol = ProtocolOf(question);
      const uint16_t port = question.row.port;
      CHECK(reach.Between(question.source, question.destination).Contains(protocol, port) ==
            (question.row.outcome != Outcome::kDenied));
      CHECK(reach.WouldDeny(question.source, question.destination).Contains(protocol, port) ==
            (question.row.outcome == Outcome::kWouldBeDenied));
    }
  }
}

TEST_CASE("a page that is whole has no problem") {
  CHECK(ProblemsOf(kPage).empty());
}

TEST_CASE("a page that cannot be tested is a problem") {
  const std::string page = kPage;
  const size_t table = page.find("| from");
  CHECK(!ProblemsOf(page.substr(0, table)).empty());
  CHECK(!ProblemsOf(With(page, "| denied", "| perhaps")).empty());
  CHECK(!ProblemsOf(With(page, "80/TCP", "80")).empty());
  CHECK(!ProblemsOf(With(page, "80/TCP", "99999/TCP")).empty());
  CHECK(!ProblemsOf(With(page, "a/one", "a/nobody")).empty());
  CHECK(!ProblemsOf(With(page, "| allowed", "| denied")).empty());
  CHECK(!ProblemsOf(With(page, "name: p", "name: q")).empty());
  const std::string no_policy = With(page, "NetworkPolicy", "ConfigMap");
  CHECK(!ProblemsOf(no_policy, no_policy).empty());
  const std::string misspelt = With(page, "podSelector", "podSelektor");
  CHECK(!ProblemsOf(misspelt, misspelt).empty());
}

TEST_CASE("a policy without a page, and a page that nothing leads to, are problems") {
  const TemporaryFolder folder;
  folder.Write("world.yaml", kWorldYaml);
  folder.Write("README.md", "nothing");
  folder.Write("alone.yaml", YamlOf(kPage));
  CHECK(!ReadHowTos(folder.path()).problems.empty());
  folder.Write("alone.md", kPage);
  const HowTos howtos = ReadHowTos(folder.path());
  CHECK(howtos.problems == std::vector<std::string>{"alone.md: README.md does not lead to it"});
}

}  // namespace portcullis::test
