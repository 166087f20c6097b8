#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# tools/install-deps.sh names every package of a set, those too that depend on the machine.
set -euo pipefail
tree=$(cd "$(dirname "$0")/../.." && pwd)
bare=$(mktemp -d)
trap 'rm -r "$bare"' EXIT
for program in bash dirname env; do
  ln -s "$(command -v "$program")" "$bare/$program"
done

# A machine without Go gets one for the cluster; the packages before it are not lost.
listed=$(PATH=$bare "$tree/tools/install-deps.sh" --print cluster)
for package in runc golang-go; do
  grep -qx "$package" <<<"$listed" || {
    echo "the set cluster lacks $package on a machine without Go:" >&2
    echo "$listed" >&2
    exit 1
  }
done
