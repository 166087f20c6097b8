# SPDX-License-Identifier: Apache-2.0
"""What a scenario works with: the cluster, the prober, and pods as hosts of the prober. Its notes are printed
with its result. A change that the scenario makes itself is announced by change(): while it takes effect
nothing is expected of the flows that it concerns, and how long that was is noted and bounded.
"""

import json
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bed.cluster import Cluster
from bed.shell import BedError, wait_until

from .probing import Expectation, Flow, Prober
from .registry import Fault, expect

IMAGE = "localhost/agnhost:dev"
# No change may take longer to be obeyed, even on a busy machine.
LONGEST_CHANGE = 10.0


class World:
    """One scenario's; `with` it begins and ends. Namespaces that stay are for the scenarios after it."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.prober = Prober()
        self.notes: list[str] = []
        self.figures: dict[str, dict[str, float]] = {}  # For the record, by what was measured.
        self._hosts: set[str] = set()
        self._deferred: list[Callable[[], object]] = []

    def note(self, text: str) -> None:
        self.notes.append(text)

    # ---- objects

    def namespace(self, name: str, stays: bool = False) -> None:
        """Waits for its ServiceAccount, without which no pod starts."""
        wait_until(f"the namespace {name} of a run before to go", lambda: not self._is_going(name), 60)
        if not stays:
            self.defer(lambda: remove_namespace(self.cluster, name))
        self.cluster.apply(json.dumps({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}))
        wait_until(
            f"the ServiceAccount of {name}",
            lambda: "default" in self.cluster.kubectl("get", "sa", "-n", name, "-o", "name", check=False),
            60,
        )

    def apply(self, *objects: Mapping[str, Any]) -> None:
        self.cluster.apply(json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))

    def delete(self, *arguments: str) -> None:
        self.cluster.kubectl("delete", *arguments, "--ignore-not-found", "--grace-period=0", "--force")

    def get(self, *arguments: str) -> Any:
        return json.loads(self.cluster.kubectl("get", *arguments, "-o", "json"))

    def names(self, kind: str, namespace: str) -> list[str]:
        return [item["metadata"]["name"] for item in self.get(kind, "-n", namespace)["items"]]

    def wait_ready(self, namespace: str, *pods: str) -> None:
        self.cluster.kubectl(
            "wait",
            "-n",
            namespace,
            "--for=condition=Ready",
            "--timeout=120s",
            *(f"pod/{pod}" for pod in pods),
        )

    def addresses(self, namespace: str, pod: str) -> list[str]:
        return [entry["ip"] for entry in self.get("pod", "-n", namespace, pod)["status"]["podIPs"]]

    # ---- hosts of the prober

    def host(self, name: str, netns: str, serve: bool = True) -> None:
        if name in self._hosts:
            self.prober.forget_host(name)
        self.prober.add_host(name, netns, serve)
        self._hosts.add(name)

    def forget(self, name: str) -> None:
        """Ends the flows of a host that goes away."""
        self.prober.forget_host(name)
        self._hosts.discard(name)

    def pod_host(self, name: str, namespace: str, pod: str, serve: bool = True) -> None:
        """A pod by the name that its flows use; called again after the pod has another network namespace."""
        self.host(name, f"/proc/{self.cluster.pod_pid(namespace, pod)}/ns/net", serve)

    def node_hosts(self) -> None:
        """node1, node2, and outside: a machine of the nodes' network that is neither node nor pod."""
        for number in self.cluster.plan.numbers:
            self.host(f"node{number}", f"/run/netns/{self.cluster.node_netns(number)}")
        self.host("outside", f"/run/netns/{self.cluster.control_netns()}")

    # ---- flows

    def probe(self, flows: Iterable[Flow]) -> None:
        """Starts them once each does what it is expected to do, so that what comes is the scenario's."""
        flows = list(flows)
        begun = time.monotonic_ns()
        self.prober.start(
            Flow(
                f.name,
                f.kind,
                f.source,
                f.address,
                f.port,
                "free" if f.expected != "control" else f.expected,
                f.period_us,
                f.source_ports,
            )
            for f in flows
        )
        self.settle({flow.name: flow.expected for flow in flows}, begun)

    def settle(
        self, wanted: Mapping[str, Expectation], since: int, seconds: float = 2 * LONGEST_CHANGE
    ) -> float:
        """Waits until every flow shows what is wanted of it, and expects it from then on. The seconds since."""
        left = {name: what for name, what in wanted.items() if what in ("allowed", "denied", "control")}
        end = time.monotonic() + seconds
        while left:
            for name in [
                name for name, what in left.items() if self.prober.shows(name, what != "denied", since)
            ]:
                if wanted[name] != "control":
                    self.prober.expect(name, wanted[name])
                del left[name]
            if left and time.monotonic() > end:
                raise Fault(
                    f"not as expected after {seconds:.0f} s: "
                    + ", ".join(f"{n} {w}" for n, w in left.items())
                )
            time.sleep(0.02)
        return (time.monotonic_ns() - since) / 1e9

    def change(self, what: str, becomes: Mapping[str, Expectation], act: Callable[[], object]) -> None:
        """Does something that changes what flows are to do; all others go on as they were."""
        begun = time.monotonic_ns()
        for name in becomes:
            self.prober.expect(name, "free", begun)
        act()
        took = self.settle(becomes, begun, LONGEST_CHANGE)
        self.note(f"{what}: obeyed by {len(becomes)} flows within {took:.1f} s")

    def watch(self, seconds: float) -> None:
        """Lets the probes go on."""
        time.sleep(seconds)

    # ---- processes

    def kill(self, name: str) -> None:
        """kill -9; expects that it was running."""
        expect(bool(self.cluster.processes.pid(name)), f"{name} was not running before it was to be killed")
        self.cluster.processes.stop(name, signal.SIGKILL)

    # ---- the end

    def defer(self, act: Callable[[], object]) -> None:
        """To be done when the scenario is over and judged, the last one first."""
        self._deferred.append(act)

    def __enter__(self) -> "World":
        return self

    def __exit__(self, *_: object) -> None:
        self.prober.close()
        while self._deferred:
            self._deferred.pop()()

    def _is_going(self, namespace: str) -> bool:
        return "Terminating" in self.cluster.kubectl(
            "get", "namespace", namespace, "--no-headers", check=False
        )


def remove_namespace(cluster: Cluster, name: str) -> None:
    cluster.kubectl(
        "delete",
        "pod",
        "-n",
        name,
        "--all",
        "--ignore-not-found",
        "--grace-period=0",
        "--force",
        "--wait=false",
    )
    cluster.kubectl("delete", "namespace", name, "--ignore-not-found", "--wait=false")


def pod(
    namespace: str, name: str, node: int, labels: Mapping[str, str] | None = None, **spec: Any
) -> dict[str, Any]:
    """A pod that only sleeps, on a node; `spec` adds to its spec."""
    container = {"name": "main", "image": IMAGE, "imagePullPolicy": "Never", "args": ["pause"]}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": name, "labels": dict(labels or {})},
        "spec": {
            "nodeSelector": {"kubernetes.io/hostname": f"node{node}"},
            "terminationGracePeriodSeconds": 0,
            "containers": [container],
            **spec,
        },
    }


def policy(namespace: str, name: str, selects: Mapping[str, str], **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"podSelector": {"matchLabels": dict(selects)}, **spec},
    }


def retry(what: str, act: Callable[[], object], seconds: float = 60) -> None:
    """Until it works: for a first request to an API server that has just come back."""

    def works() -> bool:
        try:
            act()
            return True
        except BedError:
            return False

    wait_until(what, works, seconds)
