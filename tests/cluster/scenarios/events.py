# SPDX-License-Identifier: Apache-2.0
"""What the writer of a policy is told by Events, on a real API server: one Event, however many nodes there are,
and enforcement without the right to write any. And what people ask about a policy through that API server.
"""
import json
import re
from typing import Any

from bed.paths import TREE
from bed.shell import in_netns, run, wait_until

from . import controller, rights
from .cast import NAMESPACE, Cast
from .registry import expect, scenario
from .world import World, policy

TOLD, UNTOLD = "on-trial", "untold"
RIGHT = ("events.k8s.io", "events", "create")
# An Event that was found written already.
CONFLICT = r'portcullis_policy_events_total\{result="conflict"\} [1-9]'
PROGRAM = TREE / "build/test/portcullis"


@scenario("events", quick=True)
def events(world: World) -> None:
    """A policy that denies nothing is told of by one Event of all nodes; without the right the log says so."""
    Cast(world).enter()
    world.apply(on_trial(TOLD))
    wait_until("an Event", lambda: bool(written(world, TOLD)), 60)
    expect_told_once(world)
    role = world.get(rights.ROLE)
    try:
        give(world, rights.without(role, RIGHT), "no")
        world.apply(on_trial(UNTOLD))
        wait_until("a missing right in a log", lambda: bool(said(world)), 60)
        expect(not written(world, UNTOLD), "an Event was written without the right to")
    finally:
        give(world, rights.role_of(role, role["rules"]), "yes")
    # One that was refused tries again ten minutes later; none is left to the next scenario in that state.
    for node in said(world):
        world.note(f"node{node} says that it may not create events")
        rights.restart(world, node)
    controller.wait_rollout(world.cluster)


def expect_told_once(world: World) -> None:
    """Others who tell of it, here the same node's next process, find it told."""
    node = int(written(world, TOLD)[0]["reportingInstance"].removeprefix("node"))
    rights.restart(world, node)
    wait_until("the restarted controller to be ready", lambda: rights.page(world, node, "readyz")[:3] == "200", 60)
    world.cluster.kubectl("label", "networkpolicy", "-n", NAMESPACE, TOLD, "looked-at=again")
    wait_until("it to tell of it again", lambda: bool(re.search(CONFLICT, rights.page(world, node, "metrics"))), 90)
    found = written(world, TOLD)
    expect(len(found) == 1, f"{len(found)} Events, not one: {json.dumps(found)}")
    world.note(f"{found[0]['type']} {found[0]['reason']} by {found[0]['reportingInstance']}: {found[0]['note']}")
    shown = world.cluster.kubectl("events", "-n", NAMESPACE, "--for", f"networkpolicy/{TOLD}")
    expect("Audited" in shown, f"kubectl events does not show the Event: {shown}")


@scenario("status-policy", quick=True)
def status_policy(world: World) -> None:
    """Whether a policy is enforced on every node that has its pods, asked as a user does, through the API server."""
    Cast(world).enter()
    # Beside the one that isolates the server already: no flow may notice.
    world.apply(policy(NAMESPACE, "asked", {"role": "server"}, policyTypes=["Ingress"]))
    wait_until("the policy everywhere", lambda: asked(world).get("enforced") is True, 30)
    answer = asked(world)
    expect(len(answer["nodes"]) >= 1, "no node was asked")
    world.note(f"asked of {len(answer['nodes'])} nodes: {json.dumps(answer['nodes'])}")


def asked(world: World) -> Any:
    kubeconfig = world.cluster.paths.kubeconfig("admin")
    command = [str(PROGRAM), "status", "policy", f"{NAMESPACE}/asked", f"--kubeconfig={kubeconfig}", "-o", "json"]
    return json.loads(run(in_netns(world.cluster.control_netns(), command), check=False) or "{}")


def on_trial(name: str) -> dict[str, Any]:
    made = policy(NAMESPACE, name, {"role": "server"}, policyTypes=["Ingress"])
    made["metadata"]["annotations"] = {"portcullis.io/audit": "true"}
    return made


def written(world: World, name: str) -> list[dict[str, Any]]:
    """The Events about the policy of that name that is there now."""
    uid = world.get("networkpolicy", "-n", NAMESPACE, name)["metadata"]["uid"]
    found = world.get("events.events.k8s.io", "-n", NAMESPACE)["items"]
    return [event for event in found if event["regarding"].get("uid") == uid]


def said(world: World) -> list[int]:
    """The nodes whose log tells of the missing right."""
    words = 'cannot create resource "events" in API group "events.k8s.io"'
    return [node for node in sorted(controller.pods(world.cluster)) if words in controller.log(world.cluster, node)]


def give(world: World, role: dict[str, Any], may: str) -> None:
    """Changes the role; waits until the API server judges by it."""
    world.apply(role)
    wait_until(
        f"the account's right to be '{may}'",
        lambda: world.cluster.kubectl(
            "auth", "can-i", "create", "events.events.k8s.io", "-n", NAMESPACE, f"--as={rights.ACCOUNT}", check=False
        ).strip()
        == may,
        30,
    )
