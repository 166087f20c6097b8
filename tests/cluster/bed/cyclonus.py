# SPDX-License-Identifier: Apache-2.0
"""The suite cyclonus: how ../suites/cyclonus is started and how its results are read.

A matrix of 18 x 9 cells must be right in one try, so an overloaded machine shows as a few scattered cells
that are blocked. Cases that failed are therefore run again, alone; only a case that fails then has failed, and
the record says how many were run again.
"""
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
Start = Callable[[Sequence[str], str], int]


def run(cluster: Cluster, arguments: Sequence[str], start: Start) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "results.json"
        program = str(binaries(cluster.plan.kubernetes) / "cyclonus-suite")
        argv = [program, f"--image={AGNHOST}", f"--json={out}", *_family(cluster, arguments), *arguments]
        status = start(argv, SHOW)
        cases = json.loads(out.read_text()) if out.exists() else []
    return read(cases, status, _selection(arguments))


def read(cases: list[dict[str, Any]], status: int, selection: str) -> Result:
    failed = [Outcome(f"{case['number']}: {case['description']}", _reason(case)) for case in cases if not case["passed"]]
    if status and not failed:
        failed.append(Outcome("the suite itself", f"exit status {status}; see its log"))
    return Result("cyclonus", VERSION, selection, sum(case["passed"] for case in cases), failed)


def _family(cluster: Cluster, arguments: Sequence[str]) -> list[str]:
    return ["--family=ipv6"] if cluster.plan.family == "ipv6" and not _given("family", arguments) else []


def _selection(arguments: Sequence[str]) -> str:
    return " ".join(argument for argument in arguments if _given("cases", [argument]) or _given("family", [argument])) or "all"


def _given(option: str, arguments: Sequence[str]) -> bool:
    return any(argument.lstrip("-").split("=")[0] == option for argument in arguments)


def _reason(case: dict[str, Any]) -> str:
    cells = case.get("wrong_cells", [])
    return case.get("error") or f"{len(cells)} wrong cells: {'; '.join(cells[:3])}"
