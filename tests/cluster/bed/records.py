# SPDX-License-Identifier: Apache-2.0
"""What one run of a suite gave, as a value and as a JSON file. report.py makes the page from such files; the
suites (cyclonus.py, netpol.py) fill them.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from .shell import write

# In place of what a run does not have, such as a CNI plugin without nodes.
UNSAID = "-"


@dataclass(frozen=True)
class Outcome:
    """A case that did not pass, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Controller:
    """What enforced the policies. `commit` is what `portcullis version` says, `image` the digest that ran."""

    commit: str = "none"
    image: str = "none"


@dataclass(frozen=True)
class Result:
    """What a suite says of itself. `selection` is "all" or says which part was run; `probes` is the family of
    the addresses that were probed, which a dual-stack cluster leaves open."""

    suite: str
    version: str
    selection: str
    probes: str
    passed: int
    failed: Sequence[Outcome] = ()
    skipped: Sequence[Outcome] = ()
    # How many of those that passed did so only when they were run again, alone.
    again: int = 0

    def summary(self) -> str:
        return f"{self.passed} passed, {len(self.failed)} failed, {len(self.skipped)} skipped" + (
            f" ({self.again} passed when run again, alone)" if self.again else ""
        )


@dataclass(frozen=True)
class Record:
    result: Result
    controller: Controller
    kubernetes: str
    family: str
    cni: str
    proxy: str
    date: str
    seconds: int

    def file_name(self) -> str:
        """The same run again replaces its record."""
        words = [self.result.suite, self.kubernetes, self.family, self.cni, self.proxy]
        if self.result.probes not in (self.family, UNSAID):
            words.append(f"probes-{self.result.probes}")
        if self.result.selection != "all":
            words.append("sample")
        if self.controller == Controller():
            words.append("without-controller")
        return "-".join(word for word in words if word != UNSAID) + ".json"

    def save(self, folder: Path) -> Path:
        return write(folder / self.file_name(), json.dumps(asdict(self), indent=1) + "\n", 0o644)


def load(path: Path) -> Record:
    """The TypeErrors of a file that is no record are the caller's to expect; ours are written by save()."""
    values = json.loads(path.read_text())
    result = values.pop("result")
    for kind in ("failed", "skipped"):
        result[kind] = [Outcome(**outcome) for outcome in result[kind]]
    return Record(result=Result(**result), controller=Controller(**values.pop("controller")), **values)
