# SPDX-License-Identifier: Apache-2.0
"""The control plane is disturbed: what is enforced stays, and what changes meanwhile is obeyed afterwards."""

from bed.shell import in_netns, run, wait_until

from . import controller
from .api import compact_etcd
from .cast import NAMESPACE, Cast
from .probing import Expectation
from .registry import expect, scenario
from .world import World, policy, retry

AWAY = 5.0
KINDS = 3  # That the controller watches: pods, namespaces, policies.
CLOSED = policy(NAMESPACE, "mate", {"role": "mate"}, policyTypes=["Egress"])
# Keeps the nodes from the API server, which goes on for everybody else.
PARTITION = """\
table inet partition {
  chain in {
    type filter hook input priority 0
    iifname "br0" tcp dport 6443 ip saddr { 172.31.0.11, 172.31.0.12 } drop
    iifname "br0" tcp dport 6443 ip6 saddr { fd31::b, fd31::c } drop
  }
}
"""


def change_mate(cast: Cast, when: str) -> None:
    """A policy written and one deleted: changes are obeyed as ever."""
    close_mate(cast, f"a policy written {when}")
    open_mate(cast, f"its deletion {when}")


def close_mate(cast: Cast, what: str) -> None:
    cast.world.change(
        what, mate(cast, "denied"), lambda: retry("the API server", lambda: cast.world.apply(CLOSED))
    )


def open_mate(cast: Cast, what: str) -> None:
    cast.world.change(
        what, mate(cast, "allowed"), lambda: cast.world.delete("networkpolicy", "-n", NAMESPACE, "mate")
    )


def mate(cast: Cast, becomes: Expectation) -> dict[str, Expectation]:
    return {flow.name: becomes for flow in cast.flows() if flow.source == "mate"}


def counts(world: World, text: str) -> dict[int, int]:
    """How often each node's controller has said this."""
    return {
        number: controller.log(world.cluster, number).count(text) for number in world.cluster.plan.numbers
    }


def wait_said(world: World, text: str, before: dict[int, int], times: int = KINDS) -> None:
    for number, count in before.items():
        controller.wait_log(world.cluster, number, text, count + times)


@scenario("apiserver-killed", quick=True)
def apiserver_killed(world: World) -> None:
    """The API server is killed (-9) and comes back, its watch cache cold."""
    cast = Cast(world).enter()
    lost = counts(world, "what is known stays enforced")
    world.kill("apiserver")
    world.watch(AWAY)
    expect(
        world.cluster.kubectl("get", "--raw", "/readyz", check=False) != "ok", "the API server was not away"
    )
    world.cluster.start("apiserver")
    world.cluster.wait_api()
    wait_said(world, "what is known stays enforced", lost, 1)
    world.note(f"API server away for {AWAY:.0f} s and more, noticed by both controllers")
    change_mate(cast, "after it came back")
    world.watch(2)


@scenario("apiserver-flapping")
def apiserver_flapping(world: World) -> None:
    """The API server is killed five times, each time as soon as it answers; a policy changes in between."""
    cast = Cast(world).enter()
    for round_ in range(5):
        world.kill("apiserver")
        world.cluster.start("apiserver")
        world.cluster.wait_api()
        if round_ == 2:
            close_mate(cast, "a policy written between two deaths")
    open_mate(cast, "its deletion after the last one")
    world.watch(2)


@scenario("etcd-compacted")
def etcd_compacted(world: World) -> None:
    """The nodes miss changes that etcd then forgets: their watches get 410 Gone, and they list anew."""
    cast = Cast(world).enter()
    gone = counts(world, "too old resource version")
    world.kill("apiserver")
    netns = world.cluster.control_netns()
    run(in_netns(netns, ["nft", "-f", "-"]), stdin=PARTITION)
    try:
        world.cluster.start("apiserver")
        world.cluster.wait_api()
        world.apply(CLOSED)
        world.note(
            f"the nodes are cut off, a policy is written, etcd is compacted to revision {compact_etcd(world.cluster)}"
        )
        # Started again, it cannot know the watches' versions.
        world.kill("apiserver")
        world.cluster.start("apiserver")
        world.cluster.wait_api()
        world.watch(2)
    finally:
        world.change(
            "the missed policy, once the nodes are back",
            mate(cast, "denied"),
            lambda: run(in_netns(netns, ["nft", "delete", "table", "inet", "partition"])),
        )
    wait_said(world, "too old resource version", gone, 1)
    open_mate(cast, "its deletion")


@scenario("etcd-killed")
def etcd_killed(world: World) -> None:
    """etcd is killed and comes back: the API server answers with errors meanwhile."""
    cast = Cast(world).enter()
    world.kill("etcd")
    world.watch(AWAY)
    world.cluster.start("etcd")
    wait_until("etcd", lambda: world.cluster.kubectl("get", "ns", NAMESPACE, "-o", "name", check=False) != "")
    change_mate(cast, "after it came back")
