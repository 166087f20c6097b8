# SPDX-License-Identifier: Apache-2.0
"""What scenarios ask of the controller that bed.controller deploys: its pods, its log, its rules."""

import json

from bed.cluster import Cluster
from bed.controller import DAEMON_SET, LABEL, MANIFESTS, NAMESPACE
from bed.shell import in_netns, run, wait_until

__all__ = ["DAEMON_SET", "LABEL", "MANIFESTS", "NAMESPACE"]

TABLE = ("inet", "portcullis")


def apply(cluster: Cluster) -> None:
    cluster.kubectl("apply", "-k", str(MANIFESTS))
    wait_rollout(cluster)


def wait_rollout(cluster: Cluster, seconds: int = 120) -> None:
    cluster.kubectl("-n", NAMESPACE, "rollout", "status", DAEMON_SET, f"--timeout={seconds}s")


def pods(cluster: Cluster) -> dict[int, str]:
    """The controller's pod on each node, by the node's number; terminating ones not."""
    items = json.loads(cluster.kubectl("get", "pod", "-n", NAMESPACE, "-l", LABEL, "-o", "json"))["items"]
    return {
        int(item["spec"]["nodeName"].removeprefix("node")): item["metadata"]["name"]
        for item in items
        if "deletionTimestamp" not in item["metadata"] and "nodeName" in item["spec"]
    }


def restarts(cluster: Cluster) -> int:
    items = json.loads(cluster.kubectl("get", "pod", "-n", NAMESPACE, "-l", LABEL, "-o", "json"))["items"]
    return sum(
        status["restartCount"] for item in items for status in item["status"].get("containerStatuses", [])
    )


def log(cluster: Cluster, number: int) -> str:
    return cluster.kubectl("logs", "-n", NAMESPACE, pods(cluster)[number])


def wait_log(cluster: Cluster, number: int, text: str, times: int = 1, seconds: float = 60) -> None:
    wait_until(
        f"'{text}' in the controller's log on node{number}",
        lambda: log(cluster, number).count(text) >= times,
        seconds,
    )


def table(cluster: Cluster, number: int) -> str:
    """The node's rules; empty where there are none of ours."""
    return run(in_netns(cluster.node_netns(number), ["nft", "list", "table", *TABLE]), check=False)
