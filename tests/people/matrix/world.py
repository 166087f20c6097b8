# SPDX-License-Identifier: Apache-2.0
"""A made-up cluster of any size, as a List that `portcullis -f` reads.

Namespaces have workloads with the usual names; two of three namespaces deny by default and allow
what such shops allow, the third one only audits a policy. The same size gives the same cluster.
"""

import json
import random
import sys
from typing import Any

Object = dict[str, Any]

NAMESPACES = ["shop", "payments", "catalog", "search", "monitoring", "logging", "ingress", "platform", "batch", "analytics"]
WORKLOADS = ["web", "api", "db", "cache", "worker", "queue", "search", "auth"]
PORTS = {"web": 8080, "api": 8443, "db": 5432, "cache": 6379}
LETTERS = "bcdfghjklmnpqrstvwxz2456789"
NODES = 5


def name_of(index: int) -> str:
    return NAMESPACES[index] if index < len(NAMESPACES) else f"team-{index}"


def pod(namespace: str, workload: str, name: str, index: int) -> Object:
    address = f"10.244.{index >> 8}.{index & 255}"
    port = {"name": "main", "containerPort": PORTS.get(workload, 9000)}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": name, "labels": {"app": workload, "pod-template-hash": name.split("-")[-2]}},
        "spec": {"nodeName": f"node{index % NODES}", "containers": [{"name": "main", "ports": [port]}]},
        "status": {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}]},
    }


def node_pod(node: int) -> Object:
    address = f"192.168.0.{node + 1}"
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": "kube-system", "name": f"kube-proxy-{node}"},
        "spec": {"nodeName": f"node{node}", "hostNetwork": True, "containers": []},
        "status": {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}]},
    }


def pods(count: int, namespaces: int) -> list[Object]:
    chance = random.Random(7)
    made: list[Object] = []
    most = max(1, 2 * count // (namespaces * len(WORKLOADS)))
    place = 0
    while len(made) < count:
        namespace, workload = name_of(place % namespaces), WORKLOADS[place // namespaces % len(WORKLOADS)]
        place += 1
        template = "".join(chance.choice(LETTERS) for _ in range(9))
        for _ in range(min(chance.randint(1, max(most, 2)), count - len(made))):
            suffix = "".join(chance.choice(LETTERS) for _ in range(5))
            made.append(pod(namespace, workload, f"{workload}-{template}-{suffix}", len(made) + 1))
    return made


def policy(namespace: str, name: str, audit: bool = False, **spec: Any) -> Object:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"namespace": namespace, "name": name, "annotations": {"portcullis.io/audit": str(audit).lower()}},
        "spec": {"podSelector": {}, **spec},
    }


def app(name: str) -> Object:
    return {"matchLabels": {"app": name}}


def inside(name: str) -> Object:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def policies(namespace: str) -> list[Object]:
    block = {"ipBlock": {"cidr": "172.16.0.0/12", "except": ["172.16.5.0/24"]}}
    dns = {"to": [{"ipBlock": {"cidr": "10.96.0.10/32"}}], "ports": [{"port": 53, "protocol": "UDP"}]}
    return [
        policy(namespace, "default-deny", policyTypes=["Ingress"]),
        policy(namespace, "web", podSelector=app("web"), ingress=[{"from": [inside("ingress"), block], "ports": [{"port": "main"}]}]),
        policy(namespace, "api", podSelector=app("api"), ingress=[{"from": [{"podSelector": app("web")}], "ports": [{"port": 8443}]}]),
        policy(
            namespace,
            "db",
            podSelector=app("db"),
            ingress=[{"from": [{"podSelector": app("api")}, {"podSelector": app("worker")}], "ports": [{"port": 5432}]}],
            egress=[dns],
            policyTypes=["Ingress", "Egress"],
        ),
        policy(namespace, "metrics", ingress=[{"from": [inside("monitoring")], "ports": [{"port": 9090}, {"port": 9100, "endPort": 9110}]}]),
    ]


def world(count: int, namespaces: int) -> Object:
    names = [name_of(index) for index in range(namespaces)]
    items = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"kubernetes.io/metadata.name": name}}} for name in names]
    items += pods(count, namespaces) + [node_pod(node) for node in range(NODES)]
    for index, name in enumerate(names):
        if index % 3 != 2:
            items += policies(name)
        else:
            items.append(policy(name, "trial", audit=True, podSelector=app("api"), ingress=[{"from": [{"podSelector": app("web")}]}]))
        if index % 4 == 1:
            items.append(policy(name, "same-namespace", ingress=[{"from": [{"podSelector": {}}]}]))
    return {"apiVersion": "v1", "kind": "List", "items": items}


if __name__ == "__main__":
    json.dump(world(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
