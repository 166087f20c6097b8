# SPDX-License-Identifier: Apache-2.0
"""A cluster as tests and the command line use it: brought up, asked, disturbed, brought down.

Everything is found again from the cluster's name, so a Cluster may be made in any process, before or after
`up`. How each part is set up stands in control_plane.py, node.py and network.py.
"""

import json
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import control_plane, images, network, node, node_root, teardown
from .paths import IMAGE_ARCHIVE, NAME_VARIABLE, Paths, binaries, default_name
from .plan import Plan
from .processes import Processes
from .shell import BedError, in_netns, run, wait_until, write

KUBECTL = """\
#!/bin/sh
# kubectl in the network namespace of the cluster's control plane.
exec nsenter --net=/run/netns/{netns} -- {kubectl} "$@"
"""


class Cluster:
    def __init__(self, name: str = "") -> None:
        self.paths = Paths(name or default_name())
        self.processes = Processes(self.paths)

    @property
    def plan(self) -> Plan:
        return Plan.load(self.paths.plan)

    # ---- up and down

    def up(self, plan: Plan) -> None:
        """Replaces what runs under this name; returns when the API and all nodes are ready."""
        _require_built(plan)
        self.down()
        plan.save(self.paths.plan)
        network.add_control_plane(self.paths, plan)
        control_plane.make_credentials(self.paths, plan)
        control_plane.start(self.paths, plan, self.processes)
        self._write_commands(plan)
        if plan.nodes:
            self._add_nodes(plan)
        self.wait_api()
        for number in plan.numbers:
            self._give_range(plan, number)
        self.wait_nodes()
        if plan.nodes:
            # Without it, pods of the namespace are refused.
            wait_until(
                "default's ServiceAccount",
                lambda: "default" in self.kubectl("get", "serviceaccount", "-o", "name"),
            )

    def down(self) -> None:
        teardown.tear_down(self.paths)

    def environment(self) -> dict[str, str]:
        """What a user's shell needs; PATH is to be put before the shell's own."""
        _ = self.plan
        return {
            NAME_VARIABLE: self.paths.name,
            "KUBECONFIG": str(self.paths.kubeconfig("admin")),
            "PATH": str(self.paths.commands),
        }

    # ---- the API

    def kubectl(self, *arguments: str, stdin: str | None = None, check: bool = True) -> str:
        """As admin; standard output. BedError with kubectl's message where it fails and `check` is true."""
        return run(self.kubectl_command(*arguments), stdin=stdin, check=check)

    def kubectl_command(self, *arguments: str) -> list[str]:
        """For those who want to run it themselves, in the background for instance."""
        return [
            str(self.paths.commands / "kubectl"),
            f"--kubeconfig={self.paths.kubeconfig('admin')}",
            *arguments,
        ]

    def apply(self, manifest: str) -> None:
        self.kubectl("apply", "-f", "-", stdin=manifest)

    def wait_api(self, seconds: float = 90) -> None:
        hint = f"see {self.processes.log('apiserver')}"
        wait_until(
            "kube-apiserver",
            lambda: self.kubectl("get", "--raw", "/readyz", check=False) == "ok",
            seconds,
            hint,
        )

    def wait_nodes(self, seconds: float = 120) -> None:
        nodes = self.plan.nodes
        wait_until(
            f"{nodes} nodes to be Ready",
            lambda: self._ready_nodes() == nodes,
            seconds,
            f"see {self.paths.logs}",
        )

    # ---- nodes and processes

    def control_netns(self) -> str:
        return self.paths.control_netns

    def node_netns(self, number: int) -> str:
        return self.paths.node_netns(number)

    def names(self) -> list[str]:
        """etcd, apiserver, kcm, sched; for each node node1 (its files), node1.containerd, .kubelet, .proxy."""
        return self.processes.names()

    def start(self, name: str) -> None:
        """Returns at once; wait_api and wait_nodes wait for its effect."""
        self.processes.start(name)

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM) -> None:
        """With SIGKILL after ten seconds; kube-apiserver with open watches takes those."""
        self.processes.stop(name, how)

    def crash(self, number: int) -> None:
        """A node's power is cut: its processes are killed and its network namespace goes; its files stay."""
        teardown.end_node_processes(self.paths, number)
        network.remove_node(self.paths, number)

    def boot(self, number: int) -> None:
        """Starts a node after crash(): it has its files, but no container, connection, route or rule of before."""
        network.add_node(self.paths, self.plan, number)
        self.processes.start(f"node{number}")
        node_root.furnish(self.paths, number, self.processes)
        for name in node.PROGRAMS:
            self.processes.start(f"node{number}.{name}")

    def node_of(self, namespace: str, pod: str) -> int:
        name = self.kubectl("get", "pod", "-n", namespace, pod, "-o", "jsonpath={.spec.nodeName}")
        return int(name.removeprefix("node"))

    def pod_pid(self, namespace: str, pod: str) -> int:
        """A process of the pod's sandbox: `nsenter --net=/proc/PID/ns/net` is in the pod's network namespace.
        For a hostNetwork pod that is its node's."""
        return node.sandbox_pid(self.processes, self.node_of(namespace, pod), namespace, pod)

    def load_image(self, archive: Path = IMAGE_ARCHIVE) -> None:
        """Loads a docker-archive into every node, replacing an image of the same name."""
        for number in self.plan.numbers:
            node.load_images(self.processes, number, [archive])

    # ---- how it is done

    def _add_nodes(self, plan: Plan) -> None:
        network.load_bridge_filter()
        for number in plan.numbers:
            network.add_node(self.paths, plan, number)
            node_root.add(self.paths, number, self.processes)
            node.start(self.paths, plan, number, self.processes)
        archives = images.make(self.paths, plan)
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda number: node.load_images(self.processes, number, archives), plan.numbers))

    def _give_range(self, plan: Plan, number: int) -> None:
        """What a cloud's controller does: tells the node its pods' addresses once it has registered."""
        name = f"node{number}"
        hint = f"see {self.processes.log(f'{name}.kubelet')}"
        wait_until(f"{name} to register", lambda: name in self.kubectl("get", "node", "-o", "name"), 60, hint)
        ranges = plan.node_pods(number)
        self.kubectl(
            "patch", "node", name, "-p", json.dumps({"spec": {"podCIDR": ranges[0], "podCIDRs": ranges}})
        )

    def _ready_nodes(self) -> int:
        return self.kubectl("get", "nodes", "--no-headers", check=False).count(" Ready ")

    def _write_commands(self, plan: Plan) -> None:
        kubectl = binaries(plan.kubernetes) / "kubectl"
        write(
            self.paths.commands / "kubectl",
            KUBECTL.format(netns=self.paths.control_netns, kubectl=kubectl),
            0o755,
        )


def _require_built(plan: Plan) -> None:
    names = ["etcd", "kube-apiserver", "kubectl"]
    if plan.nodes:
        images.agnhost()
        names += ["kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "agnhost"]
    missing = [name for name in names if not (binaries(plan.kubernetes) / name).exists()]
    if missing:
        raise BedError(
            f"{binaries(plan.kubernetes)} lacks {', '.join(missing)}: tests/cluster/cluster build "
            f"{'--nodes ' if plan.nodes else ''}--k8s {plan.kubernetes}"
        )
