# SPDX-License-Identifier: Apache-2.0
"""Nodes are disturbed: their programs end and come back, they lose power, are drained, removed and return."""

import time

from bed.shell import wait_until

from . import controller
from .cast import OPEN, PLACES, NAMESPACE, Cast
from .control_plane import change_mate
from .probing import Flow
from .registry import expect, scenario
from .world import World

NODE = 1  # The one that goes away. The cast's server, and who reaches it from its own node, are on the other.


@scenario("kubelet-containerd-restarted")
def kubelet_containerd_restarted(world: World) -> None:
    """kubelet and containerd are killed (-9) and started again on both nodes; pods and packets go on."""
    cast = Cast(world).enter()
    before = restart_counts(world)
    for number in world.cluster.plan.numbers:
        for program in ("kubelet", "containerd"):
            name = f"node{number}.{program}"
            pid = world.cluster.processes.pid(name)
            world.kill(name)
            world.watch(2)
            world.cluster.start(name)
            expect(world.cluster.processes.pid(name) not in (0, pid), f"{name} was not started again")
            wait_heartbeat(world, number)
    change_mate(cast, "afterwards")
    world.watch(5)
    expect(restart_counts(world) == before, "containers were restarted: pods did not go on")


def wait_heartbeat(world: World, number: int) -> None:
    """Until the kubelet is at work again. One that ends because containerd is not there yet is started anew,
    as systemd does it."""
    lease = ("get", "lease", "-n", "kube-node-lease", f"node{number}", "-o", "jsonpath={.spec.renewTime}")
    before = world.cluster.kubectl(*lease, check=False)

    def beats() -> bool:
        if not world.cluster.processes.pid(f"node{number}.kubelet"):
            world.cluster.start(f"node{number}.kubelet")
        return world.cluster.kubectl(*lease, check=False) not in ("", before)

    wait_until(f"the kubelet of node{number}", beats, 120)


def restart_counts(world: World) -> dict[str, int]:
    return {
        item["metadata"]["name"]: sum(
            status["restartCount"] for status in item["status"]["containerStatuses"]
        )
        for namespace in (NAMESPACE, OPEN, controller.NAMESPACE)
        for item in world.get("pod", "-n", namespace)["items"]
    }


@scenario("node-rebooted")
def node_rebooted(world: World) -> None:
    """A node loses power: pods, controller, rules and connections are gone at once, then all come back."""
    cast = Cast(world).enter()
    before = restart_counts(world)
    leave(world, cast)
    world.cluster.crash(NODE)
    world.watch(3)
    world.cluster.boot(NODE)
    expect(not controller.table(world.cluster, NODE), "the node still has rules when it boots")
    booted = time.monotonic()
    wait_heartbeat(world, NODE)
    wait_until("the node's pods to be back", lambda: all_restarted(world, before), 180)
    world.cluster.wait_nodes()
    controller.wait_rollout(world.cluster)
    for name, (namespace, _) in PLACES.items():
        world.wait_ready(namespace, name)
    world.note(f"all pods of the node back {time.monotonic() - booted:.0f} s after its boot")
    come_back(world, cast)
    change_mate(cast, "afterwards")
    world.watch(2)


def all_restarted(world: World, before: dict[str, int]) -> bool:
    now = restart_counts(world)
    on_node = [name for name, (_, number) in PLACES.items() if number == NODE] + [
        controller.pods(world.cluster)[NODE]
    ]
    return all(now.get(name, 0) > before[name] for name in on_node)


def leave(world: World, cast: Cast) -> None:
    """Ends the flows from the node and its pods; those of the other node are judged on."""
    for name, (_, number) in PLACES.items():
        if number == NODE:
            world.forget(name)
    world.forget(f"node{NODE}")


def from_node(cast: Cast) -> list[Flow]:
    gone = {name for name, (_, number) in PLACES.items() if number == NODE} | {f"node{NODE}"}
    return [flow for flow in cast.flows() if flow.source in gone]


def come_back(world: World, cast: Cast) -> None:
    """The node's pods are other hosts now, at other addresses; their flows must be right again at once."""
    for name, (namespace, number) in PLACES.items():
        if number == NODE:
            cast.addresses[name] = world.addresses(namespace, name)
            world.pod_host(name, namespace, name)
    world.host(f"node{NODE}", f"/run/netns/{world.cluster.node_netns(NODE)}")
    begun = time.monotonic()
    world.probe(from_node(cast))
    world.note(f"flows of the node's pods right {time.monotonic() - begun:.1f} s after they began")


@scenario("node-drained-and-removed")
def node_drained_and_removed(world: World) -> None:
    """A node is drained, deleted from the API, and registers again; the other one's flows never notice."""
    cast = Cast(world).enter()
    name = f"node{NODE}"
    leave(world, cast)
    world.cluster.kubectl(
        "drain",
        name,
        "--ignore-daemonsets",
        "--force",
        "--delete-emptydir-data",
        "--grace-period=1",
        "--timeout=90s",
    )
    left = [pod for pod in world.names("pod", NAMESPACE) if PLACES[pod][1] == NODE]
    expect(not left, f"the node was not drained: {left}")
    world.watch(2)
    old = controller.pods(world.cluster).get(NODE)
    world.cluster.kubectl("delete", "node", name)
    wait_until(
        "the controller's pod of the removed node to go",
        lambda: NODE not in controller.pods(world.cluster),
        120,
    )
    world.watch(3)
    world.cluster.stop(f"{name}.kubelet")
    world.cluster.start(f"{name}.kubelet")
    wait_heartbeat(world, NODE)
    world.cluster.wait_nodes()
    wait_until(
        "a controller on the node that is back",
        lambda: controller.pods(world.cluster).get(NODE) not in (None, old),
        120,
    )
    controller.wait_rollout(world.cluster)
    world.note(f"{name} drained, deleted and back, with another controller")
    cast.appear()
    come_back(world, cast)
    change_mate(cast, "afterwards")
