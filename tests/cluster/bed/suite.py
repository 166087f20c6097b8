# SPDX-License-Identifier: Apache-2.0
"""Runs a public suite against the running cluster, keeps its whole output and writes the record of the run.
The suites themselves know only how to be started and read: cyclonus.py and netpol.py.
"""

import datetime
import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from . import controller, cyclonus, netpol
from .cluster import Cluster
from .paths import TREE, binaries
from .processes import MARK
from .records import Record, Result
from .shell import BedError, in_netns

RESULTS = TREE / "build/conformance"
Runner = Callable[[Cluster, Sequence[str], "Stream"], Result]


class Stream:
    """Starts a suite's program in the control plane's network namespace; every line goes to a log, those that
    `show` matches to the terminal too."""

    def __init__(self, cluster: Cluster, log: Path) -> None:
        self._cluster = cluster
        self._log = log

    def run(self, argv: Sequence[str], show: str, environment: Mapping[str, str] | None = None) -> int:
        given = self._cluster.environment()
        env = {
            **os.environ,
            **given,
            "PATH": f"{given['PATH']}:{os.environ['PATH']}",
            # A suite that its starter left behind is ended by `down` too.
            MARK: str(self._cluster.paths.state),
            **(environment or {}),
        }
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with open(self._log, "w", buffering=1) as log, subprocess.Popen(
            in_netns(self._cluster.control_netns(), argv),
            env=env,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as program:
            for line in program.stdout or []:
                log.write(line)
                if re.search(show, line):
                    print(line, end="", flush=True)
        return program.returncode


SUITES: dict[str, Runner] = {
    "cyclonus": lambda cluster, arguments, stream: cyclonus.run(cluster, arguments, stream.run),
    "netpol": lambda cluster, arguments, stream: netpol.run(cluster, arguments, stream.run),
}


def run(cluster: Cluster, name: str, arguments: Sequence[str], folder: Path = RESULTS) -> Record:
    plan = cluster.plan
    missing = [
        program
        for program in ("ginkgo", "netpol.test", "cyclonus-suite")
        if not (binaries(plan.kubernetes) / program).exists()
    ]
    if missing:
        raise BedError(
            f"{', '.join(missing)} not built: tests/cluster/cluster build --nodes --suites, then up again"
        )
    enforcing = controller.identity(cluster)
    begin, date = time.monotonic(), datetime.datetime.now(datetime.timezone.utc)
    log = folder / f"running-{cluster.paths.name}-{name}.log"
    result = SUITES[name](cluster, arguments, Stream(cluster, log))
    record = Record(
        result,
        enforcing,
        plan.kubernetes,
        plan.family,
        plan.cni,
        plan.proxy,
        f"{date:%Y-%m-%d %H:%M} UTC",
        round(time.monotonic() - begin),
    )
    saved = record.save(folder)
    log.rename(saved.with_suffix(".log"))
    print(f"suite {name}: {record.seconds} s, record {saved}, log beside it\n{result.summary()}", flush=True)
    return record
