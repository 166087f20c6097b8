# SPDX-License-Identifier: Apache-2.0
"""The controller's rights on a real API server: none may be missing, none is there in vain, and where one is
missing the controller says which, while what is enforced stays.

That the ClusterRole names what the program watches is known without a cluster: tests/manifests/rights_test.py.
"""
import copy
import json
from collections.abc import Iterator
from typing import Any

from bed.shell import in_netns, run, wait_until

from . import controller
from .cast import Cast
from .control_plane import change_mate
from .registry import expect, scenario
from .world import World

ROLE = "clusterrole/portcullis"
ACCOUNT = f"system:serviceaccount:{controller.NAMESPACE}:portcullis"
WITHOUT_RIGHTS = f"system:serviceaccount:{controller.NAMESPACE}:default"
NODE = 1
PORT = 10310
# Prints the status and the body, whatever the status.
FETCH = """\
import sys, urllib.error, urllib.request
try:
    answer = urllib.request.urlopen(sys.argv[1], timeout=5)
except urllib.error.HTTPError as error:
    answer = error
print(answer.status)
print(answer.read().decode())
"""

Right = tuple[str, str, str]  # API group, resource, verb


@scenario("rbac", quick=True)
def rbac(world: World) -> None:
    """A right is taken from the ClusterRole and the controller restarted: it says which; eight times."""
    cast = Cast(world).enter()
    role = world.get(ROLE)
    expect_no_more_than(world, set(rights(role)))
    for right in (right for right in rights(role) if right[2] in ("list", "watch")):
        try:
            world.apply(without(role, right))
            restart(world)
            expect_said(world, right)
        finally:
            world.apply(role_of(role, role["rules"]))
    restart(world)
    wait_until("the controller to be ready", lambda: readyz(world).startswith("200"), 60)
    expect("forbidden" not in controller.log(world.cluster, NODE), "with the whole role something is refused")
    world.note("with the whole role nothing is refused")
    change_mate(cast, "with all rights again")


def rights(role: dict[str, Any]) -> Iterator[Right]:
    for rule in role["rules"]:
        for resource in rule["resources"]:
            for verb in rule["verbs"]:
                yield rule["apiGroups"][0], resource, verb


def without(role: dict[str, Any], right: Right) -> dict[str, Any]:
    group, resource, verb = right
    rules = []
    for rule in copy.deepcopy(role["rules"]):
        if group in rule["apiGroups"] and resource in rule["resources"]:
            rule["resources"].remove(resource)
            # An API server takes no rule without a verb.
            if verbs := [v for v in rule["verbs"] if v != verb]:
                rules.append({"apiGroups": [group], "resources": [resource], "verbs": verbs})
        rules += [rule] if rule["resources"] else []
    return role_of(role, rules)


def role_of(role: dict[str, Any], rules: list[dict[str, Any]]) -> dict[str, Any]:
    meta = {"name": role["metadata"]["name"], "labels": role["metadata"]["labels"]}
    return {"apiVersion": role["apiVersion"], "kind": role["kind"], "metadata": meta, "rules": rules}


def restart(world: World, node: int = NODE) -> None:
    """A watch that stands keeps the rights it was opened with, so the pod is made anew."""
    before = controller.pods(world.cluster)[node]
    world.cluster.kubectl("delete", "pod", "-n", controller.NAMESPACE, before)
    wait_until("another controller", lambda: controller.pods(world.cluster).get(node, before) != before, 60)
    world.cluster.kubectl(
        "wait",
        "-n",
        controller.NAMESPACE,
        f"pod/{controller.pods(world.cluster)[node]}",
        "--for=jsonpath={.status.phase}=Running",
        "--timeout=60s",
    )


def expect_said(world: World, right: Right) -> None:
    """In the log and by /readyz, in the words of the API server, which name verb, resource and group.

    Nothing that is enforced waits for the Node, so without it the controller is ready all the same.
    """
    group, resource, verb = right
    words = f'cannot {verb} resource "{resource}" in API group "{group}"'
    wait_until(f"'{words}' in the log", lambda: words in controller.log(world.cluster, NODE), 60)
    if resource == "nodes":
        wait_until("the controller to be ready", lambda: readyz(world).startswith("200"), 30)
        world.note(f"without {verb} {resource}: the log says so, and the controller is ready")
        return
    wait_until(f"/readyz to say '{words}'", lambda: refused(readyz(world)) == [words], 30)
    world.note(f"without {verb} {resource}: the log says so, and so does /readyz (503)")


def refused(answer: str) -> list[str]:
    """What an answer of 503 says to be refused; one thing, if the other watches go on."""
    return (
        [
            line[line.index("cannot ") : line.index(" at the cluster scope")]
            for line in answer.splitlines()
            if line.startswith("[-]") and "cannot " in line
        ]
        if answer.startswith("503")
        else []
    )


def readyz(world: World) -> str:
    return page(world, NODE, "readyz")


def page(world: World, node: int, name: str) -> str:
    """A page of the node's controller, after a line with its status."""
    address = world.cluster.plan.node_addresses(node)[0]
    host = f"[{address}]" if ":" in address else address
    url = f"http://{host}:{PORT}/{name}"
    return run(in_netns(world.cluster.control_netns(), ["python3", "-c", FETCH, url]), check=False)


def expect_no_more_than(world: World, wanted: set[Right]) -> None:
    """Beside what every account may, the ServiceAccount has the rights of the role and nothing else."""
    more = may(world, ACCOUNT) - may(world, WITHOUT_RIGHTS)
    expected = {
        f"{f'{resource}.{group}' if group else resource} [] [] [{' '.join(verbs_of(wanted, group, resource))}]"
        for group, resource, _ in wanted
    }
    expect(more == expected, f"the ServiceAccount may {more}, but should {expected}")
    world.note(f"the ServiceAccount may, beside what every account may: {json.dumps(sorted(more))}")


def verbs_of(wanted: set[Right], group: str, resource: str) -> list[str]:
    return sorted(verb for g, r, verb in wanted if (g, r) == (group, resource))


def may(world: World, account: str) -> set[str]:
    lines = world.cluster.kubectl(
        "auth",
        "can-i",
        "--list",
        f"--as={account}",
        "--as-group=system:serviceaccounts",
        "--as-group=system:authenticated",
    ).splitlines()[1:]
    return {" ".join(line.split()) for line in lines}
