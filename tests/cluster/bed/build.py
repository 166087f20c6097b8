# SPDX-License-Identifier: Apache-2.0
"""Builds Kubernetes and the suites from Go modules into the cache. What is there already is left alone, unless
what we say of it, the module file or a source of our own, has changed.

Kubernetes is built by a module that is written here for the version asked for: its requirements only hold
with the replacements of its own go.mod. Cyclonus has a module of its own in ../suites, as the two do not go
together.
"""

import hashlib
import json
import re
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import toolchain
from .paths import SOURCES, binaries, cache
from .shell import write
from .toolchain import Go

K8S = "k8s.io/kubernetes"
CONTROL = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": f"{K8S}/cmd/kube-apiserver",
    "kubectl": f"{K8S}/cmd/kubectl",
}
NODES = {
    name: f"{K8S}/cmd/{name}"
    for name in ("kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy")
}
NODES["agnhost"] = f"{K8S}/test/images/agnhost"
NETPOL = {"ginkgo": "github.com/onsi/ginkgo/v2/ginkgo", "netpol.test": "./netpol"}
CYCLONUS = {"cyclonus-suite": ".", "cyclonus-worker": "github.com/mattfenwick/cyclonus/cmd/worker"}
NETPOL_SOURCE = SOURCES / "suites/netpol/netpol_test.go"
CYCLONUS_FOLDER = SOURCES / "suites/cyclonus"
# Leaves the clouds' code out of versions before 1.31, whose modules are no longer served.
TAGS = "providerless"
VERSION_PACKAGE = "k8s.io/component-base/version"


@dataclass(frozen=True)
class Module:
    """A folder with a go.mod, and what decides whether something built from it is still good."""

    folder: Path
    digest: str


def build(version: str, nodes: bool, suites: bool) -> None:
    go = toolchain.find()
    wanted = {**CONTROL, **(NODES if nodes else {}), **(NETPOL if suites else {})}
    _build_all(go, version, _kubernetes_module(go, version, wanted), wanted)
    if suites:
        sources = sorted(CYCLONUS_FOLDER.glob("*.go")) + [CYCLONUS_FOLDER / "go.mod"]
        digest = _digest(path.read_text() for path in sources)
        _build_all(go, version, Module(CYCLONUS_FOLDER, digest), CYCLONUS)


def _build_all(go: Go, version: str, module: Module, packages: dict[str, str]) -> None:
    for name, package in packages.items():
        out, stamp = binaries(version) / name, binaries(version) / f".{name}.digest"
        digest = _digest([module.digest, package])
        if out.exists() and stamp.exists() and stamp.read_text() == digest:
            continue
        start = time.monotonic()
        print(f"building {name} {version}", flush=True)
        command = ["test", "-c"] if name.endswith(".test") else ["build"]
        go.run(
            *command,
            f"-tags={TAGS}",
            f"-ldflags={_linker_flags(version)}",
            "-o",
            str(out),
            package,
            cwd=module.folder,
        )
        write(stamp, digest)
        print(f"built {name} in {time.monotonic() - start:.0f} s", flush=True)


def _kubernetes_module(go: Go, version: str, wanted: Mapping[str, str]) -> Module:
    """It requires what the wanted programs do, and no more."""
    folder = cache() / "src" / version
    requirements, source = _requirements(go, version), (
        NETPOL_SOURCE.read_text() if "netpol.test" in wanted else ""
    )
    tools = sorted(package for package in wanted.values() if not package.startswith("."))
    text = "\n".join([requirements, "tool (", *(f"\t{package}" for package in tools), ")", ""])
    tidied, digest = folder / "digest", _digest([text, source])
    if not tidied.exists() or tidied.read_text() != digest:
        shutil.rmtree(folder, ignore_errors=True)
        write(folder / "go.mod", text)
        if source:
            write(folder / "netpol/netpol_test.go", source)
        # -e: of old versions not every module can still be had; what is really missing stops the build.
        go.run("mod", "tidy", "-e", cwd=folder)
        write(tidied, digest)
    return Module(folder, _digest([requirements, NETPOL_SOURCE.read_text()]))


def _requirements(go: Go, version: str) -> str:
    """Kubernetes' own go.mod replaces the modules of its staging folder, which are published as v0.X.Y."""
    answer = json.loads(go.run("mod", "download", "-json", f"{K8S}@v{version}", cwd=Path("/")))
    go_mod = Path(answer["GoMod"]).read_text()
    staging = sorted(set(re.findall(r"^\s*(k8s\.io/[\w.-]+) => \./staging", go_mod, re.M)))
    published = "v0." + version.split(".", 1)[1]
    head = ["module cluster", "", "go 1.24.0", "", f"require {K8S} v{version}", ""]
    return "\n".join([*head, "replace (", *(f"\t{name} => {name} {published}" for name in staging), ")", ""])


def _linker_flags(version: str) -> str:
    major, minor, _ = version.split(".")
    values = {"gitVersion": f"v{version}", "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    return " ".join(["-s", "-w", *(f"-X {VERSION_PACKAGE}.{name}={value}" for name, value in values.items())])


def _digest(texts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
