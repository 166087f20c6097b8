#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# The test of tests/lint/links: a page whose links all lead somewhere passes, and each link of the
# table at the end, which does not, is found.
set -euo pipefail

links=$(cd "$(dirname "$0")" && pwd)/links
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failures=0

fail() {
  echo "FAILED: $1"
  failures=$((failures + 1))
}

mkdir "$tree/docs"
printf '%s\n' '# `One` & two: *3*' '## Twice' '## Twice' '[up](../page.md)' >"$tree/docs/other.md"
# shellcheck disable=SC2016
good=('# Page' '[a](docs/other.md)' '[b](docs/other.md#one--two-3)' '[c](docs/other.md#twice-1)' '[d](docs)'
  '[e](#page)' '[f](https://example.org/nothing)' '`[g](nowhere.md)`' '    [h](nowhere.md)' '```' '[i](nowhere)' '```')
printf '%s\n' "${good[@]}" >"$tree/page.md"
"$links" "$tree" || fail 'a page in order'

while read -r link; do
  printf '%s\n' "${good[@]}" "see [it]($link) there" >"$tree/page.md"
  if output=$("$links" "$tree"); then
    fail "nothing was said of $link"
  elif [[ $output != *"page.md:13: $link: "* ]]; then
    fail "of $link was said: $output"
  fi
done <<'END'
nowhere.md
docs/nowhere.md#page
docs/other.md#three
#twice
../outside.md
/docs/other.md
END

exit "$((failures > 0))"
