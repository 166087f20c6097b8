# SPDX-License-Identifier: Apache-2.0
"""The suite cyclonus: how ../suites/cyclonus is started and how its results are read.

A matrix of 18 x 9 cells must be right in one try, so an overloaded machine shows as a few scattered cells
that are blocked. Cases that failed are therefore run again, alone; only a case that fails then has failed, and
the record says how many were run again.
"""

import argparse
import json
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from .cluster import Cluster
from .images import AGNHOST
from .paths import binaries
from .records import Outcome, Result

VERSION = "0.5.6"
SHOW = r"^case |^shard |^    step |passed,|^cannot|^cyclonus-suite"
Case = dict[str, Any]
Start = Callable[[Sequence[str], str], int]


def run(cluster: Cluster, arguments: Sequence[str], start: Start) -> Result:
    plan, options = cluster.plan, parser().parse_args(arguments)
    probes = options.family or ("ipv6" if plan.family == "ipv6" else "ipv4")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "results.json"
        base = [
            str(binaries(plan.kubernetes) / "cyclonus-suite"),
            f"--image={AGNHOST}",
            f"--json={out}",
            f"--family={probes}",
        ]
        status = start([*base, f"--cases={options.cases}", f"--shards={options.shards}"], SHOW)
        cases = _load(out)
        if wrong := [case["number"] for case in cases if not case["passed"]]:
            print("again, one at a time:", *wrong, flush=True)
            start([*base, f"--cases={','.join(map(str, wrong))}", "--shards=1"], SHOW)
            cases = merge(cases, _load(out))
    return read(cases, status, options.cases or "all", probes)


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="cluster suite cyclonus")
    made.add_argument("--cases", default="", help="numbers or ranges, as in 1-9,193; all without it")
    made.add_argument("--shards", type=int, default=2, help="sets of namespaces side by side (%(default)s)")
    made.add_argument("--family", choices=["ipv4", "ipv6"], help="which address of a pod is probed")
    return made


def merge(cases: list[Case], again: list[Case]) -> list[Case]:
    """A case that passed only when it was run again says so."""
    second = {case["number"]: {**case, "again": True} for case in again}
    return [second.get(case["number"], case) for case in cases]


def read(cases: list[Case], status: int, selection: str, probes: str) -> Result:
    failed = [
        Outcome(f"{case['number']}: {case['description']}", _reason(case))
        for case in cases
        if not case["passed"]
    ]
    passed = [case for case in cases if case["passed"]]
    if status and not cases:
        failed = [Outcome("the suite itself", f"exit status {status}; see its log")]
    return Result(
        "cyclonus",
        VERSION,
        selection,
        probes,
        len(passed),
        failed,
        again=sum("again" in case for case in passed),
    )


def _load(path: Path) -> list[Case]:
    cases: list[Case] = json.loads(path.read_text()) if path.exists() else []
    return cases


def _reason(case: Case) -> str:
    cells = case.get("wrong_cells", [])
    return case.get("error") or f"{len(cells)} wrong cells: {'; '.join(cells[:3])}"
