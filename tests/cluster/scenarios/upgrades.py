# SPDX-License-Identifier: Apache-2.0
"""The controller itself is replaced, taken away and brought back, as its user does it."""

import re
from collections.abc import Callable

from bed import node
from bed.controller import DAEMON_SET, MANIFESTS, NAMESPACE
from bed.shell import in_netns, run, wait_until

from . import controller
from .cast import Cast
from .control_plane import change_mate, close_mate, open_mate
from .probing import Expectation
from .registry import expect, scenario
from .world import World

IMAGE, NEXT = "localhost/portcullis:dev", "localhost/portcullis:next"
CLEANUP = MANIFESTS / "cleanup"
MARK = re.compile(r"mark=(\d+)")
OUR_BITS = 0xFF000000  # The default of --ct-mark-mask.


@scenario("rollout-restarted", quick=True)
def rollout_restarted(world: World) -> None:
    """kubectl rollout restart: every controller is another one, and no packet notices."""
    cast = Cast(world).enter()
    replaced(world, lambda: world.cluster.kubectl("-n", NAMESPACE, "rollout", "restart", DAEMON_SET))
    change_mate(cast, "after the rollout")
    world.watch(1)


@scenario("image-changed")
def image_changed(world: World) -> None:
    """A rolling update to an image of another tag, while a policy changes, and back again."""
    cast = Cast(world).enter()
    for number in world.cluster.plan.numbers:
        node.ctr(world.cluster.processes, number, "images", "tag", "--force", IMAGE, NEXT)
    for image, change in ((NEXT, close_mate), (IMAGE, open_mate)):

        def update() -> None:
            world.cluster.kubectl("-n", NAMESPACE, "set", "image", DAEMON_SET, f"portcullis={image}")
            change(cast, f"a policy changed while {image} rolls out")

        replaced(world, update)
    world.watch(1)


def replaced(world: World, how: Callable[[], object]) -> None:
    before = controller.pods(world.cluster)
    how()
    controller.wait_rollout(world.cluster)
    after = controller.pods(world.cluster)
    expect(
        len(after) == len(world.cluster.plan.numbers) and not set(after.values()) & set(before.values()),
        f"not every controller was replaced: {before} became {after}",
    )
    expect(controller.restarts(world.cluster) == 0, "a new controller did not start at once")
    world.note(f"controllers {', '.join(before.values())} became {', '.join(after.values())}")


@scenario("removed-and-cleaned")
def removed_and_cleaned(world: World) -> None:
    """kubectl delete -k leaves the rules in force; the clean-up leaves nothing of ours; then deployed again."""
    cast = Cast(world).enter()
    cluster = world.cluster
    cluster.kubectl("delete", "-k", str(MANIFESTS))
    wait_until("the controllers to be gone", lambda: not controller.pods(cluster), 60)
    expect(
        all(controller.table(cluster, number) for number in cluster.plan.numbers),
        "the rules went with the controllers",
    )
    world.note("the controllers are gone, their rules stay in force")
    world.watch(3)
    opened: dict[str, Expectation] = {
        flow.name: "allowed" for flow in cast.flows() if flow.expected == "denied"
    }
    world.change("the clean-up of the nodes", opened, lambda: clean_up(world))
    for number in cluster.plan.numbers:
        expect(not controller.table(cluster, number), f"node{number} still has our table")
        expect(not marked(world, number), f"node{number} still has our marks: {marked(world, number)[:3]}")
    cluster.kubectl("delete", "-k", str(CLEANUP))
    world.watch(2)
    world.change("deployed again", dict.fromkeys(opened, "denied"), lambda: controller.apply(cluster))
    change_mate(cast, "afterwards")


def clean_up(world: World) -> None:
    world.cluster.kubectl("apply", "-k", str(CLEANUP))
    world.cluster.kubectl(
        "-n", "portcullis-cleanup", "rollout", "status", "ds/portcullis-cleanup", "--timeout=90s"
    )


def marked(world: World, number: int) -> list[str]:
    """The node's connections whose mark has one of our bits."""
    lines = run(in_netns(world.cluster.node_netns(number), ["cat", "/proc/net/nf_conntrack"])).splitlines()
    return [line for line in lines if (found := MARK.search(line)) and int(found[1]) & OUR_BITS]
