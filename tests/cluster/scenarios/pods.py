# SPDX-License-Identifier: Apache-2.0
"""Pods come and go, and take over each other's addresses."""

import ipaddress
import time
from typing import Any

from bed.node import sandbox_pid
from bed.shell import BedError, wait_until

from .api import Api
from .cast import NAMESPACE, Cast
from .probing import Expectation, Flow
from .registry import expect, scenario
from .world import IMAGE, World, pod, policy

PROBED = "probed"
CHURN_SECONDS = 60.0
CHURN_EVERY = 1.2  # 50 a minute.
LIFE = 8.0
GENERATIONS = 6


@scenario("liveness", quick=True)
def liveness(world: World) -> None:
    """HTTP and TCP probes of the kubelets under default-deny: no pod is restarted or not Ready."""
    world.namespace(PROBED)
    world.apply(policy(PROBED, "deny-all", {}, policyTypes=["Ingress", "Egress"]))
    names = []
    handlers: dict[str, dict[str, Any]] = {
        "http": {"httpGet": {"path": "/", "port": 8080}},
        "tcp": {"tcpSocket": {"port": 8080}},
    }
    for number in world.cluster.plan.numbers:
        for kind, handler in handlers.items():
            names.append(f"{kind}{number}")
            world.apply(probed_pod(names[-1], number, handler))
    world.wait_ready(PROBED, *names)
    cast = Cast(world).enter()
    stranger_flows(world, cast, names)
    before = kubelet_probes(world)
    world.watch(15)
    count = kubelet_probes(world) - before
    expect(count > 10 * len(names), f"only {count:.0f} probes of the kubelets succeeded")
    for item in world.get("pod", "-n", PROBED)["items"]:
        status = item["status"]["containerStatuses"][0]
        expect(
            status["restartCount"] == 0 and status["ready"],
            f"{item['metadata']['name']} was restarted or is not ready",
        )
    world.note(f"{count:.0f} probes of the kubelets, all pods Ready, none restarted")


def probed_pod(name: str, node: int, handler: dict[str, Any]) -> dict[str, Any]:
    made = pod(PROBED, name, node, {"app": name})
    probe = {**handler, "periodSeconds": 1, "timeoutSeconds": 5, "failureThreshold": 3}
    made["spec"]["containers"] = [
        {
            "name": "main",
            "image": IMAGE,
            "imagePullPolicy": "Never",
            "args": ["netexec", "--http-port=8080", "--udp-port=8080"],
            "livenessProbe": probe,
            "readinessProbe": probe,
        }
    ]
    return made


def stranger_flows(world: World, cast: Cast, names: list[str]) -> None:
    """That the pods are isolated indeed, from other pods and from the other node."""
    flows = []
    for name in names:
        world.pod_host(name, PROBED, name)
        address = world.addresses(PROBED, name)[0]
        flows += [
            Flow(f"{source}>{name}", "tcp", source, address, 80, "denied")
            for source in ("stranger", "neighbour")
        ]
        other = 2 if name.endswith("1") else 1
        flows.append(Flow(f"node{other}>{name}", "tcp", f"node{other}", address, 80, "denied"))
    world.probe(flows)


def kubelet_probes(world: World) -> float:
    """How many probes of our pods succeeded, as the kubelets count them."""
    total = 0.0
    for number in world.cluster.plan.numbers:
        for line in world.cluster.kubectl(
            "get", "--raw", f"/api/v1/nodes/node{number}/proxy/metrics/probes"
        ).splitlines():
            if (
                line.startswith("prober_probe_total")
                and f'namespace="{PROBED}"' in line
                and 'result="successful"' in line
            ):
                total += float(line.split()[-1])
    return total


@scenario("pod-churn")
def pod_churn(world: World) -> None:
    """50 pods a minute come and go; those that last never notice, and new ones are right from their start."""
    cast = Cast(world).enter()
    churn = Churn(world, cast)
    end = time.monotonic() + CHURN_SECONDS
    while time.monotonic() < end:
        churn.turn()
        time.sleep(0.1)
    churn.finish()
    expect(churn.made >= CHURN_SECONDS / CHURN_EVERY * 0.9, f"only {churn.made} pods were made")
    expect(churn.probed >= churn.made * 0.7, f"only {churn.probed} of {churn.made} pods could be probed")
    world.note(
        f"{churn.made} pods made in {CHURN_SECONDS:.0f} s, {churn.probed} of them probed; "
        f"friends let in at most {churn.longest:.1f} s after their first probe"
    )


class Churn:
    """Friends and strangers by turns, on both nodes; each is probed for some seconds and deleted."""

    def __init__(self, world: World, cast: Cast) -> None:
        self.world, self.cast = world, cast
        self.api = Api(world.cluster)
        self.path = f"/api/v1/namespaces/{NAMESPACE}/pods"
        self.made = self.probed = 0
        self.longest = 0.0
        self.next = time.monotonic()
        self.starting: dict[str, int] = {}
        self.living: dict[str, float] = {}
        self.settling: dict[str, int] = {}

    def turn(self) -> None:
        if time.monotonic() >= self.next:
            self.next += CHURN_EVERY
            self.make()
        self.meet()
        self.settle()
        self.bury(LIFE)

    def make(self) -> None:
        node, role = 1 + self.made % 2, "friend" if self.made // 2 % 2 else "stranger"
        name = f"{role}-{self.made}"
        self.api.create(self.path, pod(NAMESPACE, name, node, {"role": role}))
        self.starting[name] = node
        self.made += 1

    def meet(self) -> None:
        items = {item["metadata"]["name"]: item for item in self.api.request("GET", self.path)["items"]}
        for name, node in list(self.starting.items()):
            if items[name]["status"]["phase"] == "Running":
                del self.starting[name]
                self.living[name] = time.monotonic()
                self.probe(name, sandbox_pid(self.world.cluster.processes, node, NAMESPACE, name))

    def probe(self, name: str, pid: int) -> None:
        """A stranger is denied from its first packet on; a friend is let in as soon as its address is known."""
        self.world.host(name, f"/proc/{pid}/ns/net")
        expected: Expectation = "denied" if name.startswith("stranger") else "free"
        address = self.cast.addresses["server"][0]
        self.world.prober.start([Flow(name, "tcp", name, address, 80, expected)])
        if expected == "free":
            self.settling[name] = time.monotonic_ns()
        self.probed += 1

    def settle(self) -> None:
        for name, since in list(self.settling.items()):
            if self.world.prober.shows(name, True, since):
                self.world.prober.expect(name, "allowed")
                self.longest = max(self.longest, (self.world.prober.took(name, True, since) or 0) / 1000)
                del self.settling[name]

    def bury(self, life: float) -> None:
        for name, born in list(self.living.items()):
            if time.monotonic() > born + life:
                expect(name not in self.settling, f"{name} was not let in within {life:.0f} s")
                self.world.forget(name)
                self.api.request("DELETE", f"{self.path}/{name}")
                del self.living[name]

    def finish(self) -> None:
        while self.living:
            self.settle()
            self.bury(LIFE)
            time.sleep(0.1)
        for name in self.starting:
            self.api.request("DELETE", f"{self.path}/{name}")


@scenario("address-succession")
def address_succession(world: World) -> None:
    """Pods that take over one address in succession, by turns friend and stranger: each has its own rights."""
    succession(world, finished=False)


@scenario("finished-jobs")
def finished_jobs(world: World) -> None:
    """Jobs finish, their pods' status keeps the address, and a pod with other labels takes it over."""
    succession(world, finished=True)


def succession(world: World, finished: bool) -> None:
    cast = Cast(world).enter()
    world.defer(lambda: world.delete("job", "-n", NAMESPACE, "--all"))
    address = ""
    for number in range(GENERATIONS):
        role = "stranger" if number % 2 else "friend"
        name = f"{role}-{number}"
        if address:
            next_address_is(world, 1, address)
        if finished and role == "friend":
            world.apply(job(name, role))
            name = job_pod(world, name)
        else:
            world.apply(pod(NAMESPACE, name, 1, {"role": role}))
        world.wait_ready(NAMESPACE, name)
        now = world.addresses(NAMESPACE, name)[0]
        expect(address in ("", now), f"{name} got {now}, not {address} as the one before")
        address = now
        live(world, cast, name, role)
        end_of(world, name, finished and role == "friend")
    world.note(f"{GENERATIONS} pods had {address} one after the other")


def live(world: World, cast: Cast, name: str, role: str) -> None:
    """A stranger must be denied from its first packet on, though a friend had its address before."""
    world.pod_host("heir", NAMESPACE, name)
    flow = Flow(
        f"{name}>server",
        "udp",
        "heir",
        cast.addresses["server"][0],
        80,
        "denied" if role == "stranger" else "free",
        10_000,
    )
    begun = time.monotonic_ns()
    world.prober.start([flow])
    world.settle({flow.name: "denied" if role == "stranger" else "allowed"}, begun)
    world.watch(1)
    world.forget("heir")


def job(name: str, role: str) -> dict[str, Any]:
    """It finishes by itself, some seconds after its pod started."""
    container = {"name": "main", "image": IMAGE, "imagePullPolicy": "Never", "command": ["/bin/sleep", "6"]}
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"namespace": NAMESPACE, "name": name},
        "spec": {
            "template": {
                "metadata": {"labels": {"role": role}},
                "spec": {
                    "restartPolicy": "Never",
                    "containers": [container],
                    "nodeSelector": {"kubernetes.io/hostname": "node1"},
                },
            }
        },
    }


def job_pod(world: World, name: str) -> str:
    selector = f"job-name={name}"

    def pods() -> list[str]:
        return [
            item["metadata"]["name"] for item in world.get("pod", "-n", NAMESPACE, "-l", selector)["items"]
        ]

    wait_until(f"the pod of job {name}", lambda: len(pods()) == 1)
    return pods()[0]


def end_of(world: World, name: str, finishes: bool) -> None:
    """The pod's sandbox is gone afterwards, so that its address is free."""
    if not finishes:
        world.delete("pod", "-n", NAMESPACE, name)
    else:
        world.cluster.kubectl(
            "wait",
            "-n",
            NAMESPACE,
            f"pod/{name}",
            "--for=jsonpath={.status.phase}=Succeeded",
            "--timeout=60s",
        )
    wait_until(f"{name} to leave its address", lambda: not has_sandbox(world, name), 60)


def has_sandbox(world: World, name: str) -> bool:
    try:
        return sandbox_pid(world.cluster.processes, 1, NAMESPACE, name) > 0
    except BedError:
        return False


def next_address_is(world: World, node: int, address: str) -> None:
    """host-local gives the address after the one that it gave last."""
    folder = world.cluster.paths.node(node) / "var/lib/cni/networks/plain"
    wait_until(f"{address} to be free", lambda: not (folder / address).exists(), 60)
    index = 0
    (folder / f"last_reserved_ip.{index}").write_text(str(ipaddress.ip_address(address) - 1))
