# SPDX-License-Identifier: Apache-2.0
"""Runs scenarios one after the other against the cluster that is up, and prints what the probes said of each.

A scenario passes when its function found nothing wrong, no beat was wrong, and enough of them were judged:
where the machine was too loaded to judge, it fails and says so.
"""

import argparse
import importlib
import json
import os
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field

from bed.cluster import Cluster
from bed.controller import deploy, identity
from bed.paths import TREE
from bed.shell import BedError, write

from . import cast
from .probing import Result
from .registry import SCENARIOS, Fault, Scenario
from .world import World, remove_namespace

FILES = (
    "policies",
    "pods",
    "traffic",
    "control_plane",
    "rotation",
    "rights",
    "events",
    "nodes",
    "latency",
    "upgrades",
)
RECORD = TREE / "build/cluster/scenarios.json"
FEWEST_PROBES = 500
# For so long the probes go on after a scenario that was over before they were that many.
LONGEST_AFTER = 30.0
# Beats that cannot be judged, because the machine lost control beats too.
MOST_EXCUSED = 0.001
SHOWN = 10


@dataclass
class Outcome:
    name: str
    text: str
    seconds: float = 0
    flows: int = 0
    probes: int = 0
    judged: int = 0
    wrong: int = 0
    excused: int = 0
    controls_lost: int = 0
    notes: list[str] = field(default_factory=list)
    figures: dict[str, dict[str, float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="cluster test")
    add_arguments(parser)
    return run_chosen(parser.parse_args(arguments))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help="only those that CI's everyday part runs")
    parser.add_argument("--list", action="store_true", help="say what there is")
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a scenario; all without one")


def run_chosen(args: argparse.Namespace) -> int:
    for file in FILES:
        importlib.import_module(f".{file}", __package__)
    if args.list:
        print("\n".join(f"{s.name:28} {s.text}{' (quick)' if s.quick else ''}" for s in SCENARIOS.values()))
        return 0
    if unknown := [name for name in args.names if name not in SCENARIOS]:
        raise BedError(f"no scenario {', '.join(unknown)}; there are: {', '.join(SCENARIOS)}")
    chosen = [
        s
        for s in SCENARIOS.values()
        if s.name in args.names or (not args.names and (s.quick or not args.quick))
    ]
    return report(run_all(chosen))


def run_all(chosen: list[Scenario]) -> list[Outcome]:
    cluster = Cluster()
    deploy(cluster)
    try:
        return [run_one(cluster, one) for one in chosen]
    finally:
        for namespace in (cast.NAMESPACE, cast.OPEN):
            remove_namespace(cluster, namespace)


def run_one(cluster: Cluster, one: Scenario) -> Outcome:
    print(f"=== {one.name}: {one.text}", flush=True)
    outcome = Outcome(one.name, one.text)
    begun = time.monotonic()
    # One broken scenario must not hide what the others say.
    try:
        with World(cluster) as world:
            attempt(world, one, outcome)
            judge(enough(world.prober.report), outcome, int(begun * 1e9))
    except BedError as error:
        outcome.faults.append(str(error))
    outcome.seconds = round(time.monotonic() - begun, 1)
    show(outcome)
    return outcome


def attempt(world: World, one: Scenario, outcome: Outcome) -> None:
    try:
        one.body(world)
    except (Fault, BedError) as error:
        outcome.faults.append(str(error))
    except Exception:
        outcome.faults.append(traceback.format_exc())
    outcome.notes, outcome.figures = world.notes, world.figures


def enough(report: Callable[[], Result], longest: float = LONGEST_AFTER) -> Result:
    """Flows start late on a loaded machine, and some scenarios last a few seconds only."""
    end = time.monotonic() + longest
    result = report()
    while result.total("judged") < FEWEST_PROBES and time.monotonic() < end:
        time.sleep(0.2)
        result = report()
    return result


def judge(result: Result, outcome: Outcome, began_ns: int) -> None:
    outcome.flows = len(result.flows)
    outcome.probes = result.total("sent") + result.total("sent", control=True)
    outcome.judged, outcome.wrong, outcome.excused = map(result.total, ("judged", "wrong", "excused"))
    outcome.controls_lost = result.total("wrong", control=True)
    controls = {flow.name for flow in result.flows if flow.control}
    wrong = [beat for beat in result.wrong if beat[0] not in controls]
    for (name, how), count in Counter((name, how) for name, how, _ in wrong).items():
        times = [f"{(at - began_ns) / 1e9:.3f}" for n, h, at in wrong if (n, h) == (name, how)]
        outcome.faults.append(f"{name}: {count} {how}, at {', '.join(times[:SHOWN])} s")
    outcome.faults += [
        f"{flow.name} ended: {flow.ended}" for flow in result.flows if flow.ended and not flow.control
    ]
    if outcome.judged < FEWEST_PROBES:
        outcome.faults.append(f"only {outcome.judged} probes were judged")
    if outcome.excused > MOST_EXCUSED * outcome.judged:
        outcome.faults.append(f"{outcome.excused} probes could not be judged: this machine is too loaded")


def show(outcome: Outcome) -> None:
    for note in outcome.notes:
        print(f"    {note}")
    for fault in outcome.faults:
        print(f"    FAULT: {fault}")
    verdict = "FAIL" if outcome.faults else "pass"
    print(
        f"{verdict} {outcome.name}: {outcome.probes} probes over {outcome.flows} flows, {outcome.judged} judged, "
        f"{outcome.wrong} wrong, {outcome.excused} excused; {outcome.seconds} s",
        flush=True,
    )


def report(outcomes: list[Outcome]) -> int:
    failed = sum(bool(outcome.faults) for outcome in outcomes)
    cluster = Cluster()
    record = {
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "controller": asdict(identity(cluster)),
        "plan": asdict(cluster.plan),
        "load": round(os.getloadavg()[2], 1),  # Of the last quarter of an hour, about as long as a whole run takes.
        "scenarios": [asdict(outcome) for outcome in outcomes],
    }
    write(RECORD, json.dumps(record, indent=1) + "\n", 0o644)
    probes, wrong = sum(o.probes for o in outcomes), sum(o.wrong for o in outcomes)
    print(f"{probes} probes, {wrong} wrong; recorded in {RECORD}")
    print(f"{len(outcomes) - failed} passed, {failed} failed")
    return 1 if failed or not outcomes else 0
