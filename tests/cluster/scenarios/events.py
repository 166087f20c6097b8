# SPDX-License-Identifier: Apache-2.0
"""What the writer of a policy is told by Events, on a real API server: one Event, however many nodes there are,
and enforcement without the right to write any. And what people ask about a policy through that API server.
"""
import json
import time
from typing import Any

from bed.paths import TREE
from bed.shell import run, wait_until

from . import controller, rights
from .cast import NAMESPACE, Cast
from .registry import expect, scenario
from .world import World, policy

NAME = "on-trial"
RIGHT = ("events.k8s.io", "events", "create")
PROGRAM = TREE / "build/test/portcullis"


@scenario("events")
def events(world: World) -> None:
    """A policy that denies nothing is told of by one Event of all nodes; without the right the log says so."""
    Cast(world).enter()
    role = world.get(rights.ROLE)
    try:
        world.apply(rights.without(role, RIGHT))
        world.apply(on_trial("first"))
        wait_until("a missing right in a log", lambda: any(said(world)), 60)
        expect(not written(world), "an Event was written without the right to")
    finally:
        world.apply(rights.role_of(role, role["rules"]))
    for node in controller.pods(world.cluster):
        world.note(f"node{node}: {said(world)[node - 1] or 'another node writes first'}")
    world.cluster.kubectl("delete", "networkpolicy", "-n", NAMESPACE, NAME)
    restart_all(world)
    world.apply(on_trial("second"))
    wait_until("an Event", lambda: bool(written(world)), 60)
    restart_all(world)
    time.sleep(10)
    found = written(world)
    expect(len(found) == 1, f"{len(found)} Events, not one: {json.dumps(found)}")
    world.note(f"{found[0]['type']} {found[0]['reason']} by {found[0]['reportingInstance']}: {found[0]['note']}")
    describe = world.cluster.kubectl("describe", "networkpolicy", "-n", NAMESPACE, NAME)
    expect("Audited" in describe, f"kubectl describe does not show the Event: {describe}")


@scenario("status-policy")
def status_policy(world: World) -> None:
    """Whether a policy is enforced on every node that has its pods, asked as a user does, through the API server."""
    Cast(world).enter()
    world.apply(policy(NAMESPACE, "asked", {"role": "server"}, policyTypes=["Ingress"], ingress=[{}]))
    wait_until("the policy everywhere", lambda: asked(world).get("enforced") is True, 30)
    answer = asked(world)
    expect(len(answer["nodes"]) >= 1, "no node was asked")
    world.note(f"asked of {len(answer['nodes'])} nodes: {json.dumps(answer['nodes'])}")


def asked(world: World) -> Any:
    kubeconfig = world.cluster.paths.kubeconfig("admin")
    command = [str(PROGRAM), "status", "policy", f"{NAMESPACE}/asked", f"--kubeconfig={kubeconfig}", "-o", "json"]
    return json.loads(run(command, check=False) or "{}")


def on_trial(text: str) -> dict[str, Any]:
    made = policy(NAMESPACE, NAME, {"role": "server"}, policyTypes=["Ingress"])
    made["metadata"]["annotations"] = {"portcullis.io/audit": "true", "example.com/text": text}
    return made


def written(world: World) -> list[dict[str, Any]]:
    """The Events about the policy that is there now."""
    uid = world.get("networkpolicy", "-n", NAMESPACE, NAME)["metadata"]["uid"]
    found = world.get("events.events.k8s.io", "-n", NAMESPACE)["items"]
    return [event for event in found if event["regarding"].get("uid") == uid]


def said(world: World) -> list[str]:
    """By node, what its log says of the missing right."""
    words = 'cannot create resource "events" in API group "events.k8s.io"'
    logs = [controller.log(world.cluster, node) for node in sorted(controller.pods(world.cluster))]
    return [words if words in log else "" for log in logs]


def restart_all(world: World) -> None:
    world.cluster.kubectl("rollout", "restart", "daemonset/portcullis", "-n", controller.NAMESPACE)
    controller.wait_rollout(world.cluster)
