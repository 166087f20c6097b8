# SPDX-License-Identifier: Apache-2.0
"""Where a cluster's things are, as a function of its name; nothing here touches them.

All that a running cluster leaves on the disk is in its state folder, all that is built once in the cache.
A node's files are at the same place inside and outside of its mount namespace (node_root.py).
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from .shell import BedError

SOURCES = Path(__file__).resolve().parent.parent
TREE = SOURCES.parent.parent
STATES = Path("/var/lib/portcullis-cluster")
IMAGE_ARCHIVE = TREE / "build/image/portcullis.tar"
NAME_VARIABLE = "PORTCULLIS_CLUSTER"


def cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "portcullis-cluster"


def binaries(version: str) -> Path:
    return cache() / "bin" / version


@dataclass(frozen=True)
class Paths:
    """The folders and network namespaces of the cluster `name`."""

    name: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9]{0,9}", self.name):
            raise BedError(
                f"{NAME_VARIABLE}={self.name}: a cluster's name is a small letter and up to nine "
                "more letters and digits"
            )

    @property
    def state(self) -> Path:
        return STATES / self.name

    @property
    def pki(self) -> Path:
        return self.state / "pki"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def processes(self) -> Path:
        return self.state / "processes"

    @property
    def plan(self) -> Path:
        return self.state / "plan.json"

    @property
    def commands(self) -> Path:
        """The folder that `cluster env` puts first in PATH."""
        return self.state / "bin"

    @property
    def control_netns(self) -> str:
        return f"{self.name}-ul"

    def kubeconfig(self, user: str) -> Path:
        return self.state / f"{user}.kubeconfig"

    def node(self, number: int) -> Path:
        return self.state / f"node{number}"

    def node_netns(self, number: int) -> str:
        return f"{self.name}-node{number}"


def default_name() -> str:
    return os.environ.get(NAME_VARIABLE) or "pcl"
