// SPDX-License-Identifier: Apache-2.0
//
// Whole tables, as text that a reviewer reads: golden/<name>/world.yaml compiled for node1 is
// golden/<name>/want.nft. PORTCULLIS_BLESS=1 writes what is found instead of comparing. The page
// about the table quotes them.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "k8s-client/manifest.h"
#include "nft/print.h"
#include "tests/policy/builders.h"

namespace portcullis::test {
namespace {

const std::filesystem::path kFolder = PORTCULLIS_GOLDEN_FOLDER;

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

bool Blesses() {
  return std::getenv("PORTCULLIS_BLESS") != nullptr;  // NOLINT(concurrency-mt-unsafe): one thread
}

std::string CompiledText(const std::filesystem::path& world) {
  const auto manifests = k8s::ReadManifests({world.string()});
  if (!manifests) {
    FAIL(manifests.error().message);
  }
  CHECK(manifests->problems.empty());
  return nft::Print(CompileFor(manifests->objects));
}

}  // namespace

TEST_CASE("each golden world compiles to its golden table") {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    INFO(entry.path().string());
    const std::string have = CompiledText(entry.path() / "world.yaml");
    if (Blesses()) {
      std::ofstream(entry.path() / "want.nft") << have;
    }
    CHECK(have == ReadFile(entry.path() / "want.nft"));
    ++count;
  }
  CHECK(count >= 5);
}

TEST_CASE("what docs/nftables.md lists is in a golden table") {
  std::string golden;
  for (const char* world : {"netpol-db", "many-policies", "audited"}) {
    golden += ReadFile(kFolder / world / "want.nft");
  }
  std::istringstream page(ReadFile(PORTCULLIS_DOCS_FOLDER "/nftables.md"));
  std::string object;  // Whose first line was "\tchain x {", until its last one.
  size_t count = 0;
  for (std::string line; std::getline(page, line);) {
    if (line.substr(0, 1) != "\t") {
      continue;
    }
    object += line + "\n";
    if (line == "\t}") {
      INFO(object);
      CHECK(golden.find(object) != std::string::npos);
      object.clear();
      ++count;
    }
  }
  CHECK(object.empty());
  CHECK(count >= 15);
}

}  // namespace portcullis::test
