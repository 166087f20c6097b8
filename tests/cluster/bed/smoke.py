# SPDX-License-Identifier: Apache-2.0
"""The least that CI asks of a real cluster, in a quarter of an hour: two nodes, the controller from its image by
`kubectl apply -k manifests`, a policy that takes effect, a sample of each public suite, and the quick scenarios.
The last line is the sum of all their cases.
"""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from scenarios import runner as scenarios

from . import controller, effect, suite, teardown
from .cluster import Cluster
from .paths import NAME_VARIABLE, TREE
from .plan import Plan
from .records import Outcome
from .shell import run as run_program

CASES = "--cases=1,7,24,90,122,176,193,196"
SPECS = "--focus=Netpol.*(default-deny-ingress' policy |SCTP.*podSelector|except clause)"
RESULTS = suite.RESULTS / "smoke"


@dataclass
class Sum:
    passed: int = 0
    failed: list[Outcome] = field(default_factory=list)

    def add(self, what: str, passed: int, failed: list[Outcome], begun: float) -> None:
        self.passed += passed
        self.failed += [Outcome(f"{what}: {one.name}", one.reason) for one in failed]
        print(
            f"smoke: {what}: {passed} passed, {len(failed)} failed, {time.monotonic() - begun:.0f} s",
            flush=True,
        )


def run(plan: Plan) -> int:
    """Leaves no cluster."""
    cluster, total = Cluster(), Sum()
    try:
        begun = time.monotonic()
        cluster.up(plan)
        controller.deploy(cluster)
        total.add("cluster up, controller rolled out", 1, [], begun)
        _judge(cluster, total)
    finally:
        _take_down(cluster, total)
    for one in total.failed:
        print(f"FAILED {one.name}: {one.reason}")
    print(f"{total.passed} passed, {len(total.failed)} failed")
    return 1 if total.failed else 0


def _take_down(cluster: Cluster, total: Sum) -> None:
    begun = time.monotonic()
    names = teardown.containers(cluster.paths)
    cluster.down()
    left = [Outcome("a process of a container is left", str(pid)) for pid in teardown.contained(names)]
    total.add("cluster down", 0 if left else 1, left, begun)


def _judge(cluster: Cluster, total: Sum) -> None:
    begun = time.monotonic()
    total.add("a policy takes effect", *effect.check(cluster), begun)
    begun = time.monotonic()
    total.add("the API server takes the manifests", *_manifests(cluster), begun)
    for name, arguments in (("cyclonus", [CASES]), ("netpol", [SPECS, "--procs=3"])):
        begun = time.monotonic()
        result = suite.run(cluster, name, arguments, RESULTS).result
        total.add(name, result.passed, [*result.failed, *result.skipped], begun)
    begun = time.monotonic()
    scenarios.main(["--quick"])
    total.add("scenarios", *_outcomes(scenarios.RECORD), begun)


def _manifests(cluster: Cluster) -> tuple[int, list[Outcome]]:
    """Every overlay and the chart, validated strictly; a program of its own, as it knows YAML and helm."""
    said = run_program(
        [str(TREE / "tests/manifests/on-server")],
        check=False,
        env={**os.environ, NAME_VARIABLE: cluster.paths.name},
    )
    lines = said.splitlines()
    failed = [Outcome(line.removeprefix("FAIL "), "") for line in lines if line.startswith("FAIL ")]
    passed = sum(line.startswith("pass ") for line in lines)
    return passed, failed if passed else [Outcome("tests/manifests/on-server", said or "it said nothing")]


def _outcomes(record: Path) -> tuple[int, list[Outcome]]:
    done = json.loads(record.read_text())["scenarios"]
    failed = [Outcome(one["name"], "; ".join(one["faults"])) for one in done if one["faults"]]
    return len(done) - len(failed), failed
