# SPDX-License-Identifier: Apache-2.0
"""The part of docs/conformance.md about disturbances and latency, from the records that runner.py leaves and
`cluster report --keep` takes over. Values in, text out; bed/report.py writes the page.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Run = dict[str, Any]  # What runner.report() writes.

HEAD = """\
## Disturbances

What `tests/cluster/cluster test` said: each scenario disturbs the cluster in one way while probes go on over new and established flows, TCP,
UDP, SCTP and ICMP, allowed and denied. A probe is wrong when it passes where it is denied, or is lost where it is allowed;
excused when control flows, which no policy touches, were lost at the same time.
"""
COLUMNS = "| scenario | what happens | flows | probes | judged | wrong | excused | time |\n|---|---|---|---|---|---|---|---|"
LATENCY = """\
From before a write to the API server until packets obey it, by a probe every half millisecond between two nodes; whatever else the
machine does meanwhile is in it{load}:

| change | changes | p50 | p99 | longest |
|---|---|---|---|---|
"""


def is_record(path: Path) -> bool:
    return "scenarios" in json.loads(path.read_text())


def file_name(path: Path) -> str:
    """One for each kind of cluster: a later run replaces it."""
    plan = json.loads(path.read_text())["plan"]
    return f"{plan['kubernetes']}-{plan['family']}-{plan['cni']}-{plan['proxy']}.json"


def render(folder: Path) -> str:
    """Nothing where there is no record."""
    runs = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    return "\n".join([HEAD, *(_run(run) for run in runs)]) if runs else ""


def _run(run: Run) -> str:
    plan, done = run["plan"], run["scenarios"]
    failed = [one for one in done if one["faults"]]
    title = (
        f"Kubernetes {plan['kubernetes']}, {plan['family']}, {plan['cni']}, kube-proxy {plan['proxy']}, {run['date']}, "
        f"controller {run['controller']['commit']}: {len(done) - len(failed)} passed, {len(failed)} failed; "
        f"{sum(one['probes'] for one in done)} probes, **{sum(one['wrong'] for one in done)} wrong**."
    )
    faults = [f"- {one['name']}: {'; '.join(one['faults'])}" for one in failed]
    return "\n".join([title + "\n", COLUMNS, *map(_row, done), "", *faults, _latency(done, run.get("load"))])


def _row(one: dict[str, Any]) -> str:
    numbers = " | ".join(str(one[key]) for key in ("flows", "probes", "judged", "wrong", "excused"))
    return f"| {one['name']} | {one['text']} | {numbers} | {one['seconds']:.0f} s |"


def _latency(done: Sequence[dict[str, Any]], load: float | None) -> str:
    lines = [
        f"| {what} | {f['changes']} | {f['p50_ms']} ms | {f['p99_ms']} ms | {f['max_ms']} ms |"
        for one in done
        for what, f in one["figures"].items()
    ]
    said = "" if load is None else f" (load {load:.0f})"
    return LATENCY.format(load=said) + "\n".join(lines) + "\n" if lines else ""
