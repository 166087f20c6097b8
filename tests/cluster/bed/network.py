# SPDX-License-Identifier: Apache-2.0
"""The network namespaces and the links between them: a bridge where the control plane is, a veth from it
to each node, and routes to every node's pods. Pods are the CNI plugin's; nothing here is in the machine's
own network namespace.
"""

from collections.abc import Sequence
from pathlib import Path

from .paths import Paths
from .plan import Plan, with_length
from .shell import in_netns, run

NODE_SYSCTLS = (
    "net.ipv4.ip_forward=1",
    "net.ipv6.conf.all.forwarding=1",
    "net.ipv4.conf.all.rp_filter=0",
    # Without these, packets between pods of one bridge pass no IP hook, and no policy can judge them.
    "net.bridge.bridge-nf-call-iptables=1",
    "net.bridge.bridge-nf-call-ip6tables=1",
)


BRIDGE_SETTINGS = Path("/proc/sys/net/bridge")


def load_bridge_filter() -> None:
    """Loads the kernel's br_netfilter where it is missing, and leaves the machine's own bridges as they were."""
    if not BRIDGE_SETTINGS.exists():
        run(["modprobe", "br_netfilter"])
        run(
            ["sysctl", "-qw", "net.bridge.bridge-nf-call-iptables=0", "net.bridge.bridge-nf-call-ip6tables=0"]
        )


def ip(netns: str, *arguments: str) -> None:
    run(["ip", "-n", netns, *arguments])


def add_netns(name: str) -> None:
    run(["ip", "netns", "add", name])
    ip(name, "link", "set", "lo", "up")


def add_addresses(netns: str, device: str, addresses: Sequence[str]) -> None:
    for address in addresses:
        # A duplicate cannot be, and the search for one would delay every start by a second.
        nodad = ["nodad"] if ":" in address else []
        ip(netns, "addr", "add", with_length(address), "dev", device, *nodad)
    ip(netns, "link", "set", device, "up")


def route(netns: str, ranges: Sequence[str], gateways: Sequence[str]) -> None:
    for destination, gateway in zip(ranges, gateways, strict=True):
        ip(netns, "route", "replace", destination, "via", gateway)


def add_control_plane(paths: Paths, plan: Plan) -> None:
    add_netns(paths.control_netns)
    ip(paths.control_netns, "link", "add", "br0", "type", "bridge")
    add_addresses(paths.control_netns, "br0", plan.control_addresses)


def add_node(paths: Paths, plan: Plan, number: int) -> None:
    netns, control = paths.node_netns(number), paths.control_netns
    add_netns(netns)
    run(
        [
            "ip",
            "link",
            "add",
            "eth0",
            "netns",
            netns,
            "type",
            "veth",
            "peer",
            "name",
            f"node{number}",
            "netns",
            control,
        ]
    )
    ip(control, "link", "set", f"node{number}", "master", "br0", "up")
    run(in_netns(netns, ["sysctl", "-qw", *NODE_SYSCTLS]))
    add_addresses(netns, "eth0", plan.node_addresses(number))
    route(netns, plan.pick("0.0.0.0/0", "::/0"), plan.control_addresses)
    route(control, plan.node_pods(number), plan.node_addresses(number))
    for other in set(plan.numbers) - {number}:
        route(netns, plan.node_pods(other), plan.node_addresses(other))


def remove_node(paths: Paths, number: int) -> None:
    """Its pods' namespaces are those of their processes, and gone with them."""
    ip(paths.control_netns, "link", "del", f"node{number}")
    run(["ip", "netns", "del", paths.node_netns(number)])
