// SPDX-License-Identifier: Apache-2.0
//
// Whole tables, as text that a reviewer reads: golden/<name>/world.yaml compiled for node1, whose
// pods have the ranges of golden/<name>/pod-ranges where there is one, is golden/<name>/want.nft.
// PORTCULLIS_BLESS=1 writes what is found instead of comparing. The page about the table quotes
// them.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "k8s-client/manifest.h"
#include "nft/print.h"
#include "tests/policy/with_ranges.h"

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

/// A block a line.
policy::PodRanges ReadRanges(const std::filesystem::path& path) {
  policy::PodRanges ranges;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    ranges.push_back(Block(line));
  }
  return ranges;
}

std::string CompiledText(const std::filesystem::path& folder) {
  const auto manifests = k8s::ReadManifests({(folder / "world.yaml").string()});
  if (!manifests) {
    FAIL(manifests.error().message);
  }
  CHECK(manifests->problems.empty());
  return nft::Print(CompileWith(manifests->objects, ReadRanges(folder / "pod-ranges")));
}

}  // namespace

TEST_CASE("each golden world compiles to its golden table") {
  size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    INFO(entry.path().string());
    const std::string have = CompiledText(entry.path());
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
  for (const char* world : {"netpol-db", "many-policies", "audited", "unknown-pods"}) {
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
