# SPDX-License-Identifier: Apache-2.0
"""How long it takes from before a write to the API server until packets obey it, over many changes: a policy
is created (until the first packet that is denied) and deleted (until the first one that passes).
"""

import time
from collections.abc import Callable

from .api import Api, policies_path
from .cast import NAMESPACE, Cast
from .probing import Flow
from .registry import Fault, scenario
from .world import World, policy

CHANGES = 120
BETWEEN = 0.25
PERIOD_US = 500
LONGEST = 2.0
# A change is over when the flow has done nothing else for so long.
QUIET_MS = 50.0


@scenario("latency")
def latency(world: World) -> None:
    """The time from the API write to packets, of 120 changes."""
    cast = Cast(world)
    cast.appear()
    cast.meet()
    flow = Flow("measured", "udp", "stranger", cast.addresses["neighbour"][0], 80, "allowed", PERIOD_US)
    # Judged all along: that nothing but the measured flow changes.
    steady = Flow("steady", "udp", "mate", cast.addresses["server"][0], 80, "allowed", 20_000)
    control = Flow("control", "udp", "bystander", cast.addresses["passer"][0], 80, "control", 20_000)
    world.probe([flow, steady, control])
    world.prober.expect("measured", "free")
    denied, allowed = measure(world, Api(world.cluster))
    for what, values in (
        ("policy created, first packet denied", denied),
        ("policy deleted, first packet passes", allowed),
    ):
        values.sort()
        world.figures[what] = {
            "changes": len(values),
            "p50_ms": round(percentile(values, 50), 1),
            "p99_ms": round(percentile(values, 99), 1),
            "max_ms": round(values[-1], 1),
        }
        world.note(
            f"{what}: {len(values)} changes, p50 {percentile(values, 50):.1f} ms, p99 {percentile(values, 99):.1f} ms, "
            f"max {values[-1]:.1f} ms"
        )


def measure(world: World, api: Api) -> tuple[list[float], list[float]]:
    """Milliseconds, of creations and of deletions."""
    path = policies_path(NAMESPACE)
    item = policy(NAMESPACE, "closed", {"role": "neighbour"}, policyTypes=["Ingress"])
    out: tuple[list[float], list[float]] = ([], [])
    for _ in range(CHANGES // 2):
        out[0].append(one(world, False, lambda: api.create(path, item)))
        out[1].append(one(world, True, lambda: api.delete(path, "closed")))
    return out


def one(world: World, passes: bool, write: Callable[[], object]) -> float:
    before = time.monotonic_ns()
    write()
    elapsed = 0.0
    while elapsed < LONGEST:
        time.sleep(BETWEEN)
        elapsed = (time.monotonic_ns() - before) / 1e9
        took = world.prober.took("measured", passes, before)
        if took is not None and took < elapsed * 1000 - QUIET_MS:
            return took
    raise Fault(f"a change was not obeyed within {LONGEST:.0f} s")


def percentile(values: list[float], percent: int) -> float:
    return values[max(0, -(-len(values) * percent // 100) - 1)]
