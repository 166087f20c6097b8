#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The test of tests/lint/layers: a small tree that keeps every rule passes, and each seeded
# violation is found and named. One line of the table at the end is one violation.
set -euo pipefail

layers=$(cd "$(dirname "$0")" && pwd)/layers
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

# A file that keeps the rules about openings, with the given lines as its body.
source_file() {
  local path=$1
  mkdir -p "$tree/${path%/*}"
  printf '%s\n' '// SPDX-License-Identifier: Apache-2.0' '//' '// A sample.' "${@:2}" >"$tree/$path"
}

clean_tree() {
  rm -rf "${tree:?}"/*
  mkdir -p "$tree"/{base,nft,k8s-client,controller/policy,tests}
  source_file base/ip.cc '#include <arpa/inet.h>' '#include "base/ip.h"'
  source_file base/ip.h '#ifndef PORTCULLIS_BASE_IP_H_' '#define PORTCULLIS_BASE_IP_H_' '#endif'
  source_file nft/diff.cc '#include "base/ip.h"' '// not code: getenv("HOME")'
  source_file k8s-client/types.cc '#include "base/ip.h"'
  source_file controller/policy/compile.cc '#include "nft/diff.h"'
  source_file controller/main.cc '#include <thread>' '#include "controller/agent.h"'
  source_file tests/ip_test.cc '#include <catch2/catch.hpp>' '#include "base/ip.h"'
  echo 'portcullis_layer(b PURE SOURCES ip.cc)' >"$tree/base/CMakeLists.txt"
  printf 'portcullis_layer(n PURE SOURCES\n  diff.cc\n  LINK b)\n' >"$tree/nft/CMakeLists.txt"
  echo 'portcullis_layer(c SOURCES main.cc)' >"$tree/controller/CMakeLists.txt"
}

fail() {
  echo "FAILED: $1"
  failures=$((failures + 1))
}

# expect_found PATH MESSAGE LINE...: with these lines as its body the file is found fault with.
expect_found() {
  local path=$1 message=$2 out
  clean_tree
  source_file "$path" "${@:3}"
  if out=$("$layers" "$tree"); then
    fail "$path with '${*:3}' passes"
  elif [[ $out != *"$path: $message"* ]]; then
    fail "$path with '${*:3}' is not named: $out"
  fi
}

clean_tree
"$layers" "$tree" >/dev/null || fail "the clean tree does not pass: $("$layers" "$tree")"

expect_found base/x.cc 'must not include "nft/diff.h"' '#include "nft/diff.h"'
expect_found nft/x.cc 'must not include "k8s-client/types.h"' '#include "k8s-client/types.h"'
expect_found nft/x.cc 'must not include "controller/agent.h"' '#include "controller/agent.h"'
expect_found k8s-client/x.cc 'must not include "nft/diff.h"' '#include "nft/diff.h"'
expect_found controller/policy/x.cc 'must not include "controller/agent.h"' \
  '#include "controller/agent.h"'
expect_found controller/status/x.cc 'must not include "controller/serving/x.h"' \
  '#include "controller/serving/x.h"'
expect_found controller/x.cc 'must not include "tests/fake.h"' '#include "tests/fake.h"'
expect_found nft/x.cc 'must not include "x.h"' '#include "x.h"'

expect_found nft/diff.cc 'is part of a pure layer' '#include <thread>'
expect_found nft/diff.cc 'is part of a pure layer' '#include <sys/socket.h>'
expect_found nft/diff.cc 'is part of a pure layer' '#include <arpa/inet.h>'
expect_found nft/diff.cc 'is part of a pure layer' 'auto t = std::chrono::steady_clock::now();'
expect_found nft/diff.cc 'is part of a pure layer' 'auto* home = getenv("HOME");'
# A header that a pure source includes is as pure as that source.
expect_found base/ip.h 'is part of a pure layer' \
  '#ifndef PORTCULLIS_BASE_IP_H_' '#define PORTCULLIS_BASE_IP_H_' '#include <mutex>' '#endif'

expect_found controller/x.cc 'uses <curl/' '#include <curl/curl.h>'
expect_found nft/x.cc 'uses mnl_socket_open' 'auto* socket = mnl_socket_open(0);'
expect_found k8s-client/x.cc 'uses <(libmnl|libnftnl)/' '#include <libmnl/libmnl.h>'

expect_found base/x.h 'has not the include guard PORTCULLIS_BASE_X_H_' \
  '#ifndef BASE_X_H' '#define BASE_X_H' '#endif'
expect_found base/x.cc 'line 4 has words' "// TO""DO: later"
expect_found base/x.cc 'has 803 lines, more than 800' "$(seq -f '// %g' 800)"

clean_tree
echo 'int x;' >"$tree/base/x.cc"
out=$("$layers" "$tree") && fail 'a file without an opening passes'
[[ $out == *'base/x.cc: does not begin with the SPDX line'* ]] || fail "no SPDX line: $out"
[[ $out == *'base/x.cc: does not say in its third line what it is'* ]] || fail "no header: $out"

if ((failures > 0)); then
  exit 1
fi
echo 'layers_test: every rule bites'
