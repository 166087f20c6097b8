#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# Installs the Debian 12 packages that are still missing for what is to be done; does nothing, and
# needs neither root nor network, where all are there. The list below is the only one in the tree.
#
#   tools/install-deps.sh [--print] [SET]...      default: build; test lint image stage arm64 cluster peers people browser
set -euo pipefail

packages_of() {
  case $1 in
    build)
      echo build-essential cmake ninja-build pkg-config git \
        libcli11-dev libcurl4-openssl-dev libexpected-dev libfmt-dev libmicrohttpd-dev libmnl-dev \
        libnftnl-dev libprotozero-dev libsimdjson-dev libspdlog-dev libssl-dev libyaml-cpp-dev \
        nlohmann-json3-dev prometheus-cpp-dev robin-map-dev
      ;;
    test)
      # The second line is what the tests, the lab and the demo run as programs.
      echo catch2 libcpp-httplib-dev \
        ca-certificates conntrack iproute2 nftables openssl procps python3
      ;;
    lint) echo clang-format-14 clang-tidy-14 mypy ;;
    # For make image on this machine; and what the Dockerfile's build stage needs besides building.
    image) echo buildah libcap2-bin mmdebstrap ;;
    stage) echo ca-certificates ccache libcap2-bin ;;
    # A Go that is already there, however it came, is not to be doubled.
    cluster)
      echo bash-static busybox-static containerd containernetworking-plugins iproute2 openssl procps \
        python3 python3-yaml runc
      command -v go >/dev/null || echo golang-go
      ;;
    peers) echo ipset iptables ;;
    # What reads the scripts, the manual page, the alerts and the dashboard that are made for people.
    people) echo fish man-db mandoc prometheus python3 python3-yaml zsh ;;
    # The matrix page is looked at by a browser.
    browser) echo chromium chromium-driver fonts-dejavu-core python3 python3-selenium ;;
    arm64) echo g++-aarch64-linux-gnu mmdebstrap qemu-user-static ;;
    *)
      echo "install-deps: unknown set '$1' (build, test, lint, image, stage, arm64, cluster, peers, people or browser)" >&2
      return 2
      ;;
  esac
}

# Those of the arguments that dpkg does not have.
missing() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) == *" ok installed" ]] ||
      echo "$package"
  done
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@"
}

print=no
sets=()
for argument in "$@"; do
  if [[ $argument == --print ]]; then print=yes; else sets+=("$argument"); fi
done
wanted=()
for set in "${sets[@]:-build}"; do
  list=$(packages_of "$set")
  read -ra more <<<"${list//$'\n'/ }"
  wanted+=("${more[@]}")
done

if [[ $print == yes ]]; then
  printf '%s\n' "${wanted[@]}"
  exit
fi
if ! command -v dpkg-query >/dev/null; then
  echo "install-deps: this is no Debian; what Debian 12 calls ${wanted[*]} has to be there" >&2
  exit 0
fi
mapfile -t lacking < <(missing "${wanted[@]}")
if ((${#lacking[@]} == 0)); then
  exit 0
fi
if ((EUID != 0)); then
  echo "install-deps: packages are missing. As root:" >&2
  echo "  apt-get update && apt-get install -y --no-install-recommends ${lacking[*]}" >&2
  exit 1
fi
echo "install-deps: installing ${lacking[*]}"
# Package lists that are absent or out of date show as a failure here.
if ! apt_install "${lacking[@]}" >/dev/null 2>&1; then
  apt-get update -q
  apt_install "${lacking[@]}"
fi
