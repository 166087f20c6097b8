# SPDX-License-Identifier: Apache-2.0
"""Whether a policy takes effect at all on the running cluster: between a client and a server on different
nodes where there are two, over every family of the cluster and TCP, UDP and SCTP. The least that has to
hold; the suites say how exact it is.
"""

import itertools
import subprocess
import time
from collections.abc import Callable, Iterator

from .cluster import Cluster
from .images import AGNHOST
from .records import Outcome
from .shell import BedError

NAMESPACE = "smoke"
PORTS = {"tcp": 80, "udp": 81, "sctp": 82}
SECONDS = 20
DENY = f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: server, namespace: {NAMESPACE}}}
spec: {{podSelector: {{matchLabels: {{app: server}}}}}}
"""
ALLOW_SOME = f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: server, namespace: {NAMESPACE}}}
spec:
  podSelector: {{matchLabels: {{app: server}}}}
  ingress:
  - from: [{{podSelector: {{matchLabels: {{app: client}}}}}}]
    ports: [{{protocol: TCP, port: 80}}, {{protocol: SCTP, port: 82}}]
"""


def check(cluster: Cluster) -> tuple[int, list[Outcome]]:
    """How many checks held, and those that did not."""
    _make_pods(cluster)
    steps: list[tuple[str, Callable[[], object], set[str]]] = [
        ("without a policy", lambda: None, set(PORTS)),
        ("under one that denies all", lambda: cluster.apply(DENY), set()),
        ("under one that allows TCP and SCTP", lambda: cluster.apply(ALLOW_SOME), {"tcp", "sctp"}),
        ("after its deletion", lambda: _delete_policy(cluster), set(PORTS)),
    ]
    failed, passed = [], 0
    for name, act, allowed in steps:
        act()
        for target, protocol in itertools.product(_addresses(cluster), PORTS):
            if _becomes(cluster, target, protocol, protocol in allowed):
                passed += 1
            else:
                failed.append(
                    Outcome(
                        f"{protocol} to {target} {name}",
                        f"not {'allowed' if protocol in allowed else 'denied'}",
                    )
                )
    cluster.kubectl("delete", "namespace", NAMESPACE)
    return passed, failed


def _pods(server_node: int) -> str:
    return f"""
apiVersion: v1
kind: Pod
metadata: {{name: server, namespace: {NAMESPACE}, labels: {{app: server}}}}
spec:
  nodeName: node{server_node}
  terminationGracePeriodSeconds: 0
  containers:
  - {{name: tcp, image: "{AGNHOST}", args: [serve-hostname, --tcp, --http=false, --port=80]}}
  - {{name: udp, image: "{AGNHOST}", args: [serve-hostname, --udp, --http=false, --port=81]}}
  - {{name: sctp, image: "{AGNHOST}", args: [porter], env: [{{name: SERVE_SCTP_PORT_82, value: x}}]}}
---
apiVersion: v1
kind: Pod
metadata: {{name: client, namespace: {NAMESPACE}, labels: {{app: client}}}}
spec:
  nodeName: node1
  terminationGracePeriodSeconds: 0
  containers: [{{name: pause, image: "{AGNHOST}"}}]
"""


def _make_pods(cluster: Cluster) -> None:
    cluster.kubectl("create", "namespace", NAMESPACE)
    manifest = _pods(server_node=cluster.plan.nodes)
    for _ in _attempts():
        try:
            cluster.apply(manifest)
            break
        except BedError:  # The namespace has no ServiceAccount yet.
            continue
    cluster.kubectl("wait", "-n", NAMESPACE, "--for=condition=Ready", "pod", "--all", "--timeout=120s")


def _delete_policy(cluster: Cluster) -> None:
    cluster.kubectl("delete", "networkpolicy", "server", "-n", NAMESPACE)


def _addresses(cluster: Cluster) -> list[str]:
    return cluster.kubectl(
        "get", "pod", "server", "-n", NAMESPACE, "-o", "jsonpath={.status.podIPs[*].ip}"
    ).split()


def _becomes(cluster: Cluster, address: str, protocol: str, allowed: bool) -> bool:
    return any(_connects(cluster, address, protocol) == allowed for _ in _attempts())


def _attempts() -> Iterator[None]:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        yield
        time.sleep(0.2)


def _connects(cluster: Cluster, address: str, protocol: str) -> bool:
    target = f"[{address}]:{PORTS[protocol]}" if ":" in address else f"{address}:{PORTS[protocol]}"
    argv = cluster.kubectl_command(
        "exec",
        "-n",
        NAMESPACE,
        "client",
        "--",
        "/agnhost",
        "connect",
        target,
        f"--protocol={protocol}",
        "--timeout=2s",
    )
    return subprocess.run(argv, capture_output=True, check=False).returncode == 0
