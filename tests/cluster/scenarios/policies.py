# SPDX-License-Identifier: Apache-2.0
"""Policies change all the time while packets flow: nothing that they do not concern may notice."""

import time

from .api import Api, policies_path
from .cast import NAMESPACE, Cast, ports, role
from .control_plane import change_mate
from .registry import expect, scenario
from .world import World, policy

SECONDS = 20.0
PAUSE = 0.05


@scenario("policies-under-load", quick=True)
def policies_under_load(world: World) -> None:
    """Policies beside and upon the probed pods are made, changed and deleted many times a second."""
    cast = Cast(world).enter()
    api = Api(world.cluster)
    path = policies_path(NAMESPACE)
    changes = 0
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        changes += one_round(api, path, changes)
    expect(changes > 100, f"only {changes} changes in {SECONDS:.0f} s")
    world.note(f"{changes} changes of policies in {SECONDS:.0f} s")
    change_mate(cast, "afterwards")


def one_round(api: Api, path: str, number: int) -> int:
    """None of these changes what the cast's flows may do; each takes something away when it is undone, so
    that every established flow is judged again."""
    for item in (widens(number), isolates_others(number)):
        api.create(path, item)
        time.sleep(PAUSE)
    api.replace(
        path, {**(item := widens(number + 1)), "metadata": widens(number)["metadata"], "spec": item["spec"]}
    )
    time.sleep(PAUSE)
    for name in (f"widens-{number}", f"others-{number}"):
        api.delete(path, name)
        time.sleep(PAUSE)
    return 5


def widens(number: int) -> dict[str, object]:
    """Allows the server something more that nobody of the cast asks for."""
    block = f"203.0.113.{number % 250}/32"
    return policy(
        NAMESPACE,
        f"widens-{number}",
        {"role": "server"},
        policyTypes=["Ingress"],
        ingress=[{"from": [role("friend"), {"ipBlock": {"cidr": block}}], "ports": ports(80)}],
    )


def isolates_others(number: int) -> dict[str, object]:
    """Isolates a pod that answers nobody, and forbids one that is denied anyway."""
    return policy(NAMESPACE, f"others-{number}", {"role": "stranger"}, policyTypes=["Ingress"])
