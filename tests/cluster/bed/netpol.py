# SPDX-License-Identifier: Apache-2.0
"""The NetworkPolicy specs of Kubernetes' e2e tests: how ginkgo is started and how its report is read."""

import json
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .cluster import Cluster
from .paths import binaries
from .plan import Plan
from .records import Outcome, Result
from .shell import write

# Without a focus the framework skips every spec with a feature of its own: 48 of these 50.
FOCUS = "Netpol"
DEFAULTS = ("--procs=4", f"--focus={FOCUS}")
SHOW = r"^Running|^Will run|\[FAIL\]|\[FAILED\]|^Ran |^• \["
Start = Callable[[Sequence[str], str, Mapping[str, str]], int]


def run(cluster: Cluster, arguments: Sequence[str], start: Start) -> Result:
    built = binaries(cluster.plan.kubernetes)
    given = [default for default in DEFAULTS if not _given(default, arguments)]
    with tempfile.TemporaryDirectory() as folder:
        # The images of images.py; nothing is pulled.
        registries = write(Path(folder) / "registries.yaml", "promoterE2eRegistry: localhost\n")
        argv = [
            str(built / "ginkgo"),
            "--no-color",
            "-v",
            "--timeout=3h",
            f"--output-dir={folder}",
            "--json-report=report.json",
            *given,
            *arguments,
            str(built / "netpol.test"),
            "--",
            "--provider=skeleton",
        ]
        status = start(argv, SHOW, {"KUBE_TEST_REPO_LIST": str(registries)})
        report = Path(folder) / "report.json"
        specs = _specs(json.loads(report.read_text())) if report.exists() else []
    return read(specs, status, cluster.plan, arguments)


def read(specs: list[dict[str, Any]], status: int, plan: Plan, arguments: Sequence[str]) -> Result:
    selection = (
        " ".join(argument for argument in arguments if "focus" in argument or "skip" in argument) or "all"
    )
    # What a narrower focus leaves out was not asked for.
    asked = [spec for spec in specs if spec["State"] != "skipped" or spec.get("Failure", {}).get("Message")]
    failed = [
        Outcome(_name(spec), _message(spec))
        for spec in asked
        if spec["State"] not in ("passed", "skipped", "pending")
    ]
    skipped = [
        Outcome(_name(spec), _message(spec)) for spec in asked if spec["State"] in ("skipped", "pending")
    ]
    if status and not failed:
        failed.append(Outcome("the suite itself", f"exit status {status}; see its log"))
    probes = "ipv6" if plan.family == "ipv6" else "ipv4"
    return Result(
        "netpol",
        plan.kubernetes,
        selection,
        probes,
        sum(spec["State"] == "passed" for spec in specs),
        failed,
        skipped,
    )


def _specs(report: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [spec for suite in report for spec in suite["SpecReports"] or [] if spec["LeafNodeType"] == "It"]


def _given(default: str, arguments: Sequence[str]) -> bool:
    option = default.split("=")[0]
    return any(argument.split("=")[0] == option for argument in arguments)


def _name(spec: dict[str, Any]) -> str:
    return str(spec["LeafNodeText"])


def _message(spec: dict[str, Any]) -> str:
    return str(spec.get("Failure", {}).get("Message", spec["State"])).strip().split("\n")[0][:200]
