# SPDX-License-Identifier: Apache-2.0
"""The pods, policies and flows with which most scenarios watch a disturbance: allowed and denied, within a
node and between nodes, from nodes and from outside, over every transport and family, new and established;
and control flows that no policy touches.

    node1: friend, stranger, bystander       node2: server, mate, neighbour, passer
    server accepts friend and mate on port 80 (TCP, UDP, SCTP); friend may send to server alone.
    bystander and node2 -> passer are the controls, in a namespace without policies.
The pods stay from one scenario to the next; what a scenario did to them is mended by the next enter().
"""

from collections.abc import Iterator
from typing import Any

from .probing import Flow, Kind
from .world import World, pod, policy

NAMESPACE, OPEN = "cast", "cast-open"
PLACES = {
    "friend": (NAMESPACE, 1),
    "stranger": (NAMESPACE, 1),
    "server": (NAMESPACE, 2),
    "mate": (NAMESPACE, 2),
    "neighbour": (NAMESPACE, 2),
    "bystander": (OPEN, 1),
    "passer": (OPEN, 2),
}
TCP: Kind = "tcp"
ICMP: Kind = "icmp"
TRANSPORTS: tuple[Kind, ...] = (TCP, "udp", "sctp")
STREAMS: tuple[Kind, ...] = ("tcp-stream", "udp-stream")
STREAM_PERIOD_US = 20_000


def role(name: str) -> dict[str, Any]:
    return {"podSelector": {"matchLabels": {"role": name}}}


def ports(*numbers: int) -> list[dict[str, Any]]:
    return [
        {"protocol": protocol, "port": number} for number in numbers for protocol in ("TCP", "UDP", "SCTP")
    ]


def policies() -> list[dict[str, Any]]:
    return [
        policy(
            NAMESPACE,
            "server",
            {"role": "server"},
            policyTypes=["Ingress"],
            ingress=[{"from": [role("friend"), role("mate")], "ports": ports(80)}],
        ),
        policy(
            NAMESPACE,
            "friend",
            {"role": "friend"},
            policyTypes=["Egress"],
            egress=[{"to": [role("server")], "ports": ports(80, 81)}],
        ),
    ]


class Cast:
    """enter() makes what is missing and begins the flows."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.addresses: dict[str, list[str]] = {}

    def enter(self) -> "Cast":
        self.appear()
        self.meet()
        self.world.probe(self.flows())
        return self

    def appear(self) -> None:
        world = self.world
        for name in (NAMESPACE, OPEN):
            world.namespace(name, stays=True)
        for name in set(world.names("networkpolicy", NAMESPACE)) - {"server", "friend"}:
            world.delete("networkpolicy", "-n", NAMESPACE, name)
        world.apply(
            *policies(),
            *(pod(namespace, name, node, {"role": name}) for name, (namespace, node) in PLACES.items()),
        )
        for namespace in (NAMESPACE, OPEN):
            world.wait_ready(namespace, *(name for name, place in PLACES.items() if place[0] == namespace))

    def meet(self) -> None:
        """Learns where the pods are; again after they were made anew."""
        for name, (namespace, _) in PLACES.items():
            self.addresses[name] = self.world.addresses(namespace, name)
            self.world.pod_host(name, namespace, name)
        self.world.node_hosts()

    def flows(self) -> list[Flow]:
        return [
            flow
            for index, _ in enumerate(self.addresses["server"])
            for flow in (*self._allowed(index), *self._denied(index), *self._controls(index))
        ]

    def _flow(self, index: int, kind: Kind, source: str, target: str, expected: Any, port: int = 80) -> Flow:
        address = self.addresses[target][index]
        period = STREAM_PERIOD_US if kind.endswith("-stream") else 50_000
        name = f"{source}>{target}:{port}/{kind}{6 if ':' in address else 4}"
        return Flow(name, kind, source, address, 0 if kind == "icmp" else port, expected, period)

    def _allowed(self, index: int) -> Iterator[Flow]:
        for kind in (*TRANSPORTS, *STREAMS):
            yield self._flow(index, kind, "friend", "server", "allowed")
        yield self._flow(index, "tcp", "mate", "server", "allowed")
        yield self._flow(index, "udp-stream", "mate", "server", "allowed")
        yield self._flow(index, "tcp", "node2", "server", "allowed")

    def _denied(self, index: int) -> Iterator[Flow]:
        for kind in (*TRANSPORTS, ICMP):
            yield self._flow(index, kind, "stranger", "server", "denied")
        for source in ("neighbour", "node1", "outside"):
            yield self._flow(index, "tcp", source, "server", "denied")
        yield self._flow(index, "udp", "neighbour", "server", "denied")
        yield self._flow(index, "tcp", "friend", "server", "denied", 81)
        yield self._flow(index, "tcp", "friend", "passer", "denied")
        yield self._flow(index, "udp", "friend", "passer", "denied")

    def _controls(self, index: int) -> Iterator[Flow]:
        for kind in (*TRANSPORTS, *STREAMS):
            yield self._flow(index, kind, "bystander", "passer", "control")
        for kind in (TCP, *STREAMS):
            yield self._flow(index, kind, "node2", "passer", "control")
