# SPDX-License-Identifier: Apache-2.0
"""The controller against an API server of another version, without nodes: it lists and watches its three
kinds with the rights of the manifests' ClusterRole, and a policy that is written, changed and deleted shows
in the rules of its network namespace, which here is the control plane's.

The pod that the policies select exists in the API alone. Nothing here knows the table's layout, only that
objects are named in it.
"""

import datetime
import json
import time
from collections.abc import Callable
from pathlib import Path

from . import controller
from .cluster import Cluster
from .paths import TREE
from .plan import Plan
from .processes import Program
from .records import UNSAID, Controller, Outcome, Record, Result
from .shell import BedError, in_netns, run, wait_until, write

OLDEST, NEWEST = "1.29.6", "1.37.2"
BINARY = TREE / "build/portcullis"
SECONDS = 30
POLICY = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: watched, namespace: default}}
spec:
  podSelector: {{matchLabels: {{app: web}}}}
  ingress: [{{ports: [{{port: {port}}}]}}]
"""
POD = """
apiVersion: v1
kind: ServiceAccount
metadata: {name: default, namespace: default}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: default, labels: {app: web}}
spec:
  nodeName: node1
  containers: [{name: web, image: "localhost/agnhost:dev"}]
"""


def run_version(version: str, folder: Path, binary: Path = BINARY) -> Record:
    if not binary.exists():
        raise BedError(f"{binary} is missing: make")
    cluster, begin = Cluster(), time.monotonic()
    cluster.up(Plan(kubernetes=version))
    try:
        passed, failed = _check(cluster, binary)
    finally:
        log = cluster.processes.log("portcullis")
        text = log.read_text() if log.exists() else ""
        cluster.down()
    commit = run([str(binary), "version"]).split()[1]
    result = Result("api", version, "all", UNSAID, passed, failed)
    record = Record(
        result,
        Controller(commit, UNSAID),
        version,
        "dual",
        UNSAID,
        UNSAID,
        f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC",
        round(time.monotonic() - begin),
    )
    write(record.save(folder).with_suffix(".log"), text, 0o644)
    print(f"api {version}: {result.summary()}", flush=True)
    return record


def _check(cluster: Cluster, binary: Path) -> tuple[int, list[Outcome]]:
    """Each check needs those before it, so the first that fails is the last."""
    _make_pod(cluster)
    checks: list[tuple[str, Callable[[], None], Callable[[], bool]]] = [
        (
            "lists the three kinds with the manifests' rights",
            lambda: _start(cluster, binary),
            lambda: "enforcing" in _log(cluster),
        ),
        (
            "sees a policy written",
            lambda: cluster.apply(POLICY.format(port=8001)),
            lambda: "8001" in _table(cluster),
        ),
        (
            "sees it changed",
            lambda: cluster.apply(POLICY.format(port=8002)),
            lambda: "8002" in _table(cluster),
        ),
        ("sees it deleted", lambda: _delete(cluster), lambda: "default/watched" not in _table(cluster)),
    ]
    for passed, (name, act, holds) in enumerate(checks):
        act()
        try:
            wait_until(name, holds, SECONDS)
        except BedError as error:
            return passed, [Outcome(name, str(error))]
        print(f"  {name}", flush=True)
    return len(checks), []


def _make_pod(cluster: Cluster) -> None:
    cluster.apply(POD)
    status = {"status": {"phase": "Running", "podIP": "10.244.1.2", "podIPs": [{"ip": "10.244.1.2"}]}}
    cluster.kubectl("patch", "pod", "web", "--subresource=status", "-p", json.dumps(status))


def _start(cluster: Cluster, binary: Path) -> None:
    cluster.kubectl("apply", "-k", str(controller.MANIFESTS))
    token = cluster.kubectl("create", "token", "portcullis", "-n", controller.NAMESPACE).strip()
    config = json.loads(cluster.paths.kubeconfig("admin").read_text())
    config["users"][0]["user"] = {"token": token}
    kubeconfig = write(cluster.paths.kubeconfig("portcullis"), json.dumps(config))
    argv = [str(binary), "run", f"--kubeconfig={kubeconfig}", "--node-name=node1"]
    cluster.processes.add(Program("portcullis", argv, cluster.control_netns()))


def _delete(cluster: Cluster) -> None:
    cluster.kubectl("delete", "networkpolicy", "watched")


def _log(cluster: Cluster) -> str:
    return cluster.processes.log("portcullis").read_text()


def _table(cluster: Cluster) -> str:
    return run(in_netns(cluster.control_netns(), ["nft", "list", "table", "inet", "portcullis"]), check=False)
