# SPDX-License-Identifier: Apache-2.0
"""etcd, kube-apiserver and, for a cluster with nodes, controller-manager and scheduler: their certificates
and command lines. Each speaks with its own identity, whose rights are the roles that Kubernetes binds to it;
only `admin` is in system:masters.
"""

from pathlib import Path

from .paths import Paths, binaries
from .pki import Authority, write_kubeconfig
from .plan import Plan
from .processes import Processes, Program

USERS = {
    "admin": "/O=system:masters/CN=admin",
    "kcm": "/CN=system:kube-controller-manager",
    "sched": "/CN=system:kube-scheduler",
    "proxy": "/CN=system:kube-proxy",
}
SERVICE_ADDRESSES = ("10.96.0.1", "fd96::1")
ETCD = "http://127.0.0.1:2379"


def node_user(number: int) -> str:
    return f"/O=system:nodes/CN=system:node:node{number}"


def make_credentials(paths: Paths, plan: Plan) -> None:
    authority = Authority(paths.pki)
    authority.create()
    authority.signing_key("sa")
    issue_api_server(authority, plan)
    authority.client("kubelet-client", "/O=system:masters/CN=kube-apiserver-kubelet-client")
    nodes = {f"node{number}": node_user(number) for number in plan.numbers}
    for name, subject in {**USERS, **nodes}.items():
        client = authority.client(name, subject)
        write_kubeconfig(paths.kubeconfig(name), plan.api_url, authority.ca, client)


def issue_api_server(authority: Authority, plan: Plan) -> None:
    """Its serving certificate; called again, it is a new one in the old one's place."""
    names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc", "localhost"]
    authority.server(
        "apiserver", "/CN=kube-apiserver", ["127.0.0.1", *plan.control_addresses, *SERVICE_ADDRESSES], names
    )


def etcd(paths: Paths, plan: Plan) -> Program:
    argv = [
        str(binaries(plan.kubernetes) / "etcd"),
        f"--data-dir={paths.state}/etcd",
        # A cluster that ends with its tests needs no disk to wait for.
        "--unsafe-no-fsync",
        "--log-level=warn",
        f"--listen-client-urls={ETCD}",
        f"--advertise-client-urls={ETCD}",
        "--listen-peer-urls=http://127.0.0.1:2380",
    ]
    return Program("etcd", argv, paths.control_netns)


def api_server(paths: Paths, plan: Plan) -> Program:
    pki = paths.pki
    options = {
        "etcd-servers": ETCD,
        "advertise-address": plan.control_addresses[0],
        "secure-port": "6443",
        "service-cluster-ip-range": ",".join(plan.services),
        "authorization-mode": "Node,RBAC",
        "enable-admission-plugins": "NodeRestriction",
        "client-ca-file": f"{pki}/ca.crt",
        "tls-cert-file": f"{pki}/apiserver.crt",
        "tls-private-key-file": f"{pki}/apiserver.key",
        "service-account-issuer": "https://kubernetes.default.svc",
        "service-account-key-file": f"{pki}/sa.pub",
        "service-account-signing-key-file": f"{pki}/sa.key",
        "kubelet-client-certificate": f"{pki}/kubelet-client.crt",
        "kubelet-client-key": f"{pki}/kubelet-client.key",
        # Nobody resolves the nodes' names.
        "kubelet-preferred-address-types": "InternalIP",
        "allow-privileged": "true",
    }
    return Program("apiserver", _command(plan, "kube-apiserver", options), paths.control_netns)


def controller_manager(paths: Paths, plan: Plan) -> Program:
    options = {
        "kubeconfig": str(paths.kubeconfig("kcm")),
        "root-ca-file": f"{paths.pki}/ca.crt",
        "service-account-private-key-file": f"{paths.pki}/sa.key",
        "use-service-account-credentials": "true",
        "leader-elect": "false",
        "secure-port": "0",
    }
    return Program("kcm", _command(plan, "kube-controller-manager", options), paths.control_netns)


def scheduler(paths: Paths, plan: Plan) -> Program:
    options = {"kubeconfig": str(paths.kubeconfig("sched")), "leader-elect": "false", "secure-port": "0"}
    return Program("sched", _command(plan, "kube-scheduler", options), paths.control_netns)


def start(paths: Paths, plan: Plan, processes: Processes) -> None:
    """Starts what needs no API server that answers, then the rest: each of them retries by itself."""
    processes.add(etcd(paths, plan))
    processes.add(api_server(paths, plan))
    if plan.nodes:
        processes.add(controller_manager(paths, plan))
        processes.add(scheduler(paths, plan))


def _command(plan: Plan, program: str, options: dict[str, str]) -> list[str]:
    path: Path = binaries(plan.kubernetes) / program
    return [str(path), *(f"--{name}={value}" for name, value in options.items())]
