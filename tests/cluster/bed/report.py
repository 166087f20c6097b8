# SPDX-License-Identifier: Apache-2.0
"""Makes docs/conformance.md from the records in docs/conformance/, and nothing else: no line of the page is
written by hand, so what it says was measured. A record gets there by `cluster report --keep`.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from scenarios import page as scenarios

from . import records
from .paths import TREE
from .records import UNSAID, Controller, Record

KEPT = TREE / "docs/conformance"
SCENARIOS = KEPT / "scenarios"
PAGE = TREE / "docs/conformance.md"
HEAD = """\
# Conformance

What the public suites said last. Made by `tests/cluster/cluster report` from the records in
[conformance/](conformance/); how to run them yourself is in [testing.md](testing.md#a-real-cluster).
"""
SUITES = {
    "netpol": "**netpol** is the NetworkPolicy part of Kubernetes' own e2e tests: 50 specs, by ginkgo.",
    "cyclonus": "**cyclonus** is the generated suite of that name: 230 cases in 256 steps, each a matrix of nine pods to nine "
    "pods over six ports of TCP, UDP and SCTP. A pod that reaches itself is left out. A case that failed is run "
    "again alone before it counts, since an overloaded machine shows as single blocked cells; the table says how "
    "many were.",
    "api": "**api** is an API server alone, of the oldest and the newest version that can be had: the controller lists and "
    "watches with the rights of the manifests, and a policy written, changed and deleted shows in its rules.",
}
COLUMNS = (
    "suite",
    "version",
    "Kubernetes",
    "cluster",
    "CNI",
    "kube-proxy",
    "part",
    "passed",
    "failed",
    "skipped",
    "time",
    "date",
    "controller",
)
NONE = "Without a controller every case that denies something has to fail; this is how the suites are known to bite."


def render(all_records: Sequence[Record]) -> str:
    enforced = [record for record in all_records if record.controller != Controller()]
    bare = [record for record in all_records if record.controller == Controller()]
    parts = [HEAD, *_suites(all_records), "## With Portcullis\n", _table(enforced), *_details(enforced)]
    if bare:
        parts += ["## Without any controller\n", NONE + "\n", _table(bare), _reasons(bare)]
    return "\n".join(part for part in parts if part)


def _page() -> str:
    return "\n".join(filter(None, (render(kept()), scenarios.render(SCENARIOS))))


def write_page() -> None:
    PAGE.write_text(_page())


def check_page() -> bool:
    """Whether the page is what the records give."""
    return PAGE.exists() and PAGE.read_text() == _page()


def keep(files: Sequence[Path]) -> None:
    SCENARIOS.mkdir(parents=True, exist_ok=True)
    for file in files:
        if scenarios.is_record(file):
            shutil.copyfile(file, SCENARIOS / scenarios.file_name(file))
        else:
            records.load(file)
            shutil.copyfile(file, KEPT / file.name)


def kept() -> list[Record]:
    found = [records.load(path) for path in sorted(KEPT.glob("*.json"))]
    return sorted(
        found,
        key=lambda record: (
            list(SUITES).index(record.result.suite),
            record.result.selection != "all",
            record.file_name(),
        ),
    )


def _suites(all_records: Sequence[Record]) -> list[str]:
    names = {record.result.suite for record in all_records}
    return [text + "\n" for name, text in SUITES.items() if name in names]


def _table(some: Sequence[Record]) -> str:
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    return "\n".join(lines + ["| " + " | ".join(_row(record)) + " |" for record in some]) + "\n"


def _row(record: Record) -> list[str]:
    result = record.result
    probes = "" if result.probes in (record.family, UNSAID) else f", probes {result.probes}"
    part = (
        "all"
        if result.selection == "all"
        else f"sample of {result.passed + len(result.failed) + len(result.skipped)}"
    )
    passed = f"**{result.passed}**" + (f" ({result.again} run again)" if result.again else "")
    return [
        result.suite,
        result.version,
        record.kubernetes,
        record.family + probes,
        record.cni,
        record.proxy,
        part,
        passed,
        str(len(result.failed)),
        str(len(result.skipped)),
        f"{record.seconds // 60}:{record.seconds % 60:02}",
        record.date,
        record.controller.commit,
    ]


def _details(some: Sequence[Record]) -> list[str]:
    """Why what failed or was skipped did so, and which image ran."""
    lines = [
        f"- {_mode(record)}: {word} {outcome.name}: {outcome.reason}"
        for record in some
        for word, outcomes in (("failed", record.result.failed), ("skipped", record.result.skipped))
        for outcome in outcomes
    ]
    samples = sorted(
        {
            f"- {record.result.suite}: `{record.result.selection}`"
            for record in some
            if record.result.selection != "all"
        }
    )
    images = sorted(
        {
            f"- {record.controller.commit}: `{record.controller.image}`"
            for record in some
            if record.controller.image != UNSAID
        }
    )
    sections = (
        ("Failed and skipped:", lines or ["- none"]),
        ("The samples:", samples),
        ("The images:", images),
    )
    return [f"{title}\n\n" + "\n".join(items) + "\n" for title, items in sections if items]


def _reasons(some: Sequence[Record]) -> str:
    """The first failure of each is enough to see of which kind they are."""
    return (
        "\n".join(
            f"- {_mode(record)}, for instance {record.result.failed[0].name}: {record.result.failed[0].reason}"
            for record in some
            if record.result.failed
        )
        + "\n"
    )


def _mode(record: Record) -> str:
    return f"{record.result.suite}, {record.family} {record.cni} {record.proxy}"
