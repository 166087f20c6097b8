# SPDX-License-Identifier: Apache-2.0
"""The two programs that these tests run, kubectl and helm, out of the cache that tests/cluster fills.

An installed one is not used: the result would depend on its version. Builds helm where asked to; kubectl is
built by tests/cluster/bed/build.py, whose folders and Go are used here.
"""
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
TREE = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "cluster"))

from bed import toolchain  # noqa: E402
from bed.paths import binaries, cache  # noqa: E402
from bed.plan import KUBERNETES  # noqa: E402
from bed.shell import write  # noqa: E402

HELM_MODULE = HERE / "helm"
HELM_PACKAGE = "helm.sh/helm/v3/cmd/helm"
# Without it helm renders for Kubernetes 1.20.
CAPABILITIES = "helm.sh/helm/v3/pkg/chartutil.k8sVersion"


def kubectl() -> Path:
    return binaries(KUBERNETES) / "kubectl"


def helm() -> Path:
    return cache() / "bin" / "helm" / "helm"


def missing() -> list[str]:
    """What has to be built first, as the commands for it."""
    commands = {kubectl(): "tests/cluster/cluster build", helm(): "tests/manifests/build-helm"}
    return [command for program, command in commands.items() if not program.exists()]


def build_helm() -> Path:
    """Does nothing where the module file is that of the last build."""
    stamp, wanted = helm().with_name("go.mod"), (HELM_MODULE / "go.mod").read_text()
    if helm().exists() and stamp.exists() and stamp.read_text() == wanted:
        return helm()
    major, minor, _ = KUBERNETES.split(".")
    flags = f"-s -w -X {CAPABILITIES}Major={major} -X {CAPABILITIES}Minor={minor}"
    toolchain.find().run("build", f"-ldflags={flags}", "-o", str(helm()), HELM_PACKAGE, cwd=HELM_MODULE)
    write(stamp, wanted)
    return helm()


def main() -> None:
    """Runs the tests of the program that was started; where a tool is not built, exits with 77, which ctest
    shows as skipped."""
    if todo := missing():
        print("skipped; first run", " and ".join(todo))
        sys.exit(77)
    unittest.main()
