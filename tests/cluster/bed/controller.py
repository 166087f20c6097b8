# SPDX-License-Identifier: Apache-2.0
"""The controller under test as a user deploys it: from the manifests of the tree and the image in the nodes.
Nothing here knows what is in the manifests but the names that README.md of the tree gives.
"""

import json

from .cluster import Cluster
from .paths import IMAGE_ARCHIVE, TREE
from .records import Controller
from .shell import BedError

NAMESPACE = "portcullis-system"
DAEMON_SET = "daemonset/portcullis"
LABEL = "app.kubernetes.io/name=portcullis"
MANIFESTS = TREE / "manifests"


def deploy(cluster: Cluster, seconds: int = 120) -> None:
    if not IMAGE_ARCHIVE.exists():
        raise BedError(f"{IMAGE_ARCHIVE} is missing: make image")
    cluster.load_image()
    cluster.kubectl("apply", "-k", str(MANIFESTS))
    cluster.kubectl("rollout", "status", "-n", NAMESPACE, DAEMON_SET, f"--timeout={seconds}s")


def remove(cluster: Cluster) -> None:
    cluster.kubectl("delete", "-k", str(MANIFESTS), "--ignore-not-found", "--wait")


def identity(cluster: Cluster) -> Controller:
    """Of the pod that runs; "none" where there is none."""
    pods = json.loads(cluster.kubectl("get", "pods", "-n", NAMESPACE, "-l", LABEL, "-o", "json"))["items"]
    running = [pod for pod in pods if pod["status"]["phase"] == "Running"]
    if not running:
        return Controller()
    name, status = running[0]["metadata"]["name"], running[0]["status"]["containerStatuses"][0]
    version = cluster.kubectl("exec", "-n", NAMESPACE, name, "--", "/portcullis", "version")
    return Controller(
        version.split()[1] if len(version.split()) > 1 else version.strip(),
        status["imageID"].rpartition("@")[2],
    )
