# SPDX-License-Identifier: Apache-2.0
"""Traffic by way of Services, host ports and host-network pods: judged after the destination's translation
and, on the node that judges, before the source's (docs/semantics.md 5.8, 9).
"""

from typing import Any

from bed.shell import wait_until

from .cast import NAMESPACE, OPEN, Cast, role
from .probing import Expectation, Flow, Kind
from .registry import scenario
from .world import World, pod, policy

CLUSTER_PORT, HOST_PORT = 8000, 8081
TRANSPORTS: tuple[Kind, ...] = ("tcp", "udp", "sctp")
# Below those that the kernel chooses from; one range for each family, as a socket of IPv6 takes the port of both.
DNS_PORTS = {4: range(20000, 20064), 6: range(21000, 21064)}
DNS_PERIOD_US = 12_500  # A port is used again after 0.8 s, when its query is over.


def service(namespace: str, name: str, selects: str, headless: bool = False, **spec: Any) -> dict[str, Any]:
    ports = [{"name": t, "protocol": t.upper(), "port": CLUSTER_PORT, "targetPort": 80} for t in TRANSPORTS]
    if headless:
        spec["clusterIP"] = "None"
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"selector": {"role": selects}, "ports": ports, "ipFamilyPolicy": "PreferDualStack", **spec},
    }


def node_ports(world: World, name: str) -> dict[str, int]:
    return {
        port["name"]: port["nodePort"]
        for port in world.get("service", "-n", NAMESPACE, name)["spec"]["ports"]
    }


@scenario("services", quick=True)
def services(world: World) -> None:
    """ClusterIP, NodePort (Cluster and Local), hostPort and headless Services, over TCP, UDP and SCTP."""
    cast = Cast(world).enter()
    outside = [
        {"ipBlock": {"cidr": f"{address}/{128 if ':' in address else 32}"}}
        for address in world.cluster.plan.control_addresses
    ]
    web = pod(NAMESPACE, "web", 2, {"role": "web"})
    web["spec"]["containers"][0]["ports"] = [
        {"containerPort": 80, "hostPort": HOST_PORT, "protocol": p} for p in ("TCP", "UDP")
    ]
    world.apply(
        web,
        policy(NAMESPACE, "web", {"role": "web"}, policyTypes=["Ingress"], ingress=[{"from": outside}]),
        service(NAMESPACE, "server", "server"),
        service(NAMESPACE, "headless", "server", headless=True),
        service(OPEN, "passer", "passer"),
        service(NAMESPACE, "web-cluster", "web", type="NodePort"),
        service(NAMESPACE, "web-local", "web", type="NodePort", externalTrafficPolicy="Local"),
    )
    world.defer(
        lambda: world.delete(
            "pod,service", "-n", NAMESPACE, "web", "server", "headless", "web-cluster", "web-local"
        )
    )
    world.defer(lambda: world.delete("service", "-n", OPEN, "passer"))
    world.wait_ready(NAMESPACE, "web")
    world.pod_host("web", NAMESPACE, "web")
    flows = [*cluster_ip(world), *by_node_port(world), *by_host_port(world), *headless(world, cast)]
    world.probe(flows)
    world.note(f"{len(flows)} flows by way of Services and host ports")
    world.watch(8)


def ways(
    what: str,
    source: str,
    address: str,
    port: int,
    expected: Expectation,
    kinds: tuple[Kind, ...] = TRANSPORTS,
) -> list[Flow]:
    family = 6 if ":" in address else 4
    return [Flow(f"{source}>{what}/{kind}{family}", kind, source, address, port, expected) for kind in kinds]


def cluster_ip(world: World) -> list[Flow]:
    flows: list[Flow] = []
    for address in world.get("service", "-n", NAMESPACE, "server")["spec"]["clusterIPs"]:
        # server reaches itself through its Service (9.4), node2 is its own node (9.1).
        for source in ("friend", "mate", "server"):
            flows += ways("clusterip", source, address, CLUSTER_PORT, "allowed")
        flows += ways("clusterip", "node2", address, CLUSTER_PORT, "allowed", ("tcp",))
        for source in ("stranger", "neighbour"):
            flows += ways("clusterip", source, address, CLUSTER_PORT, "denied")
        flows += ways("clusterip", "node1", address, CLUSTER_PORT, "denied", ("tcp",))
    for address in world.get("service", "-n", OPEN, "passer")["spec"]["clusterIPs"]:
        flows += ways("clusterip-open", "bystander", address, CLUSTER_PORT, "control")
        flows += ways("clusterip-open", "friend", address, CLUSTER_PORT, "denied")
    return flows


def by_node_port(world: World) -> list[Flow]:
    """web lets in outside alone. By way of the other node it comes with that node's address (5.8, 9.6)."""
    anywhere, local = node_ports(world, "web-cluster"), node_ports(world, "web-local")
    flows: list[Flow] = []
    for number, expected in ((2, "allowed"), (1, "denied")):
        for address in world.cluster.plan.node_addresses(number):
            for kind in TRANSPORTS:
                becomes: Expectation = "allowed" if expected == "allowed" else "denied"
                flows += ways(f"node{number}-nodeport", "outside", address, anywhere[kind], becomes, (kind,))
                # Without an endpoint of its own, node1 answers nobody at a Service that is Local.
                flows += ways(
                    f"node{number}-nodeport-local", "outside", address, local[kind], becomes, (kind,)
                )
    for address in world.cluster.plan.node_addresses(2):
        flows += ways("node2-nodeport-local", "stranger", address, local["tcp"], "denied", ("tcp",))
    return flows


def by_host_port(world: World) -> list[Flow]:
    flows: list[Flow] = []
    for address in world.cluster.plan.node_addresses(2):
        flows += ways("hostport", "outside", address, HOST_PORT, "allowed", ("tcp", "udp"))
        for source in ("node1", "stranger"):
            flows += ways("hostport", source, address, HOST_PORT, "denied", ("tcp", "udp"))
    return flows


def headless(world: World, cast: Cast) -> list[Flow]:
    """Its name leads to the pods' own addresses, which are in its EndpointSlices."""

    def found() -> set[str]:
        slices = world.get("endpointslice", "-n", NAMESPACE, "-l", "kubernetes.io/service-name=headless")[
            "items"
        ]
        return {
            address
            for one in slices
            for endpoint in one["endpoints"] or []
            for address in endpoint["addresses"]
        }

    wait_until("the headless Service's endpoints", lambda: found() == set(cast.addresses["server"]), 30)
    return [
        flow
        for address in sorted(found())
        for source, expected in (("friend", "allowed"), ("stranger", "denied"))
        for flow in ways(
            "headless", source, address, 80, "allowed" if expected == "allowed" else "denied", ("tcp",)
        )
    ]


@scenario("dns-like-udp")
def dns_like_udp(world: World) -> None:
    """Many short UDP queries to port 53, source ports used again and again, while a policy changes."""
    cast = Cast(world).enter()
    allowed = [{"from": [role("stranger")], "ports": [{"protocol": "UDP", "port": 53}]}]
    world.apply(policy(NAMESPACE, "dns", {"role": "neighbour"}, policyTypes=["Ingress"], ingress=allowed))
    world.probe(query for address in cast.addresses["neighbour"] for query in queries(address))
    world.watch(5)
    asked: dict[str, Expectation] = {
        query.name: "denied"
        for address in cast.addresses["neighbour"]
        for query in queries(address)
        if query.source == "stranger"
    }
    for round_ in range(3):
        world.change(
            f"queries forbidden ({round_ + 1})",
            asked,
            lambda: world.apply(policy(NAMESPACE, "dns", {"role": "neighbour"}, policyTypes=["Ingress"])),
        )
        world.watch(1)
        world.change(
            f"queries allowed ({round_ + 1})",
            dict.fromkeys(asked, "allowed"),
            lambda: world.apply(
                policy(NAMESPACE, "dns", {"role": "neighbour"}, policyTypes=["Ingress"], ingress=allowed)
            ),
        )
        world.watch(1)


def queries(address: str) -> list[Flow]:
    family = 6 if ":" in address else 4
    askers: tuple[tuple[str, Expectation], ...] = (
        ("stranger", "allowed"),
        ("mate", "denied"),
        ("node2", "allowed"),
    )
    return [
        Flow(f"{source}>dns{family}", "udp", source, address, 53, expected, DNS_PERIOD_US, DNS_PORTS[family])
        for source, expected in askers
    ]


@scenario("host-network")
def host_network(world: World) -> None:
    """hostNetwork pods as clients, on the server's node and on the other one, and as what no policy selects."""
    cast = Cast(world).enter()
    names = {number: f"host{number}" for number in world.cluster.plan.numbers}
    world.apply(
        *(pod(NAMESPACE, name, number, {"role": "host"}, hostNetwork=True) for number, name in names.items()),
        policy(NAMESPACE, "host", {"role": "host"}, policyTypes=["Ingress", "Egress"]),
    )
    world.defer(lambda: world.delete("pod", "-n", NAMESPACE, *names.values()))
    world.wait_ready(NAMESPACE, *names.values())
    for name in names.values():
        world.pod_host(name, NAMESPACE, name, serve=False)
    flows = [
        flow
        for address in cast.addresses["server"]
        for flow in (
            *ways("server", "host2", address, 80, "allowed"),
            *ways("server", "host1", address, 80, "denied"),
        )
    ]
    for number in names:
        for address in world.cluster.plan.node_addresses(number):
            flows += ways(f"host{number}", "bystander", address, 80, "allowed", ("tcp", "udp"))
    flows += [
        flow
        for address in cast.addresses["passer"]
        for flow in ways("passer", "host1", address, 80, "allowed", ("tcp",))
    ]
    world.probe(flows)
    world.watch(5)
    blocks = [
        {"ipBlock": {"cidr": f"{address}/{128 if ':' in address else 32}"}}
        for address in world.cluster.plan.node_addresses(1)
    ]
    # node1 and host1 are one address: an ipBlock lets in both.
    let_in: dict[str, Expectation] = {
        flow.name: "allowed"
        for flow in [*flows, *cast.flows()]
        if flow.source in ("host1", "node1") and flow.expected == "denied"
    }
    world.change(
        "the other node let in by ipBlock",
        let_in,
        lambda: world.apply(
            policy(
                NAMESPACE, "blocks", {"role": "server"}, policyTypes=["Ingress"], ingress=[{"from": blocks}]
            )
        ),
    )
    world.watch(1)
    world.change(
        "and no more",
        dict.fromkeys(let_in, "denied"),
        lambda: world.delete("networkpolicy", "-n", NAMESPACE, "blocks"),
    )
    world.watch(1)
