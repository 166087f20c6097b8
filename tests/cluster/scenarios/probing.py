# SPDX-License-Identifier: Apache-2.0
"""The prober as Python sees it: a child process (tests/cluster/prober, CMake target cluster_prober) that is
told line by line which flows to probe and what to expect of them. What a beat is and when it counts as
wrong stands in the prober's judgement.h. Times are nanoseconds of the monotonic clock, as the prober's.
"""

import os
import subprocess
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bed.paths import TREE
from bed.shell import BedError

Kind = Literal["tcp", "udp", "sctp", "icmp", "tcp-stream", "udp-stream"]
Expectation = Literal["allowed", "denied", "free", "control"]

PROBER_VARIABLE = "PORTCULLIS_PROBER"
# Where the prober's echo servers listen; 53 as DNS does.
PORTS = (53, 80, 81)
FOREVER = 2**62
# A flow shows that it obeys a change by so many beats in a row.
IN_A_ROW = 3


@dataclass(frozen=True)
class Flow:
    """`source` is a host of the prober; `port` 0 for ICMP. `source_ports` are used by turns, if given."""

    name: str
    kind: Kind
    source: str
    address: str
    port: int
    expected: Expectation
    period_us: int = 50_000
    source_ports: range | None = None

    def order(self) -> str:
        words = [
            "flow",
            self.name,
            self.kind,
            self.source,
            self.address,
            self.port,
            self.expected,
            self.period_us,
        ]
        if self.source_ports:
            words += [self.source_ports.start, len(self.source_ports)]
        return " ".join(map(str, words))


@dataclass(frozen=True)
class FlowResult:
    name: str
    control: bool
    sent: int
    passed: int
    judged: int
    excused: int
    wrong: int
    ended: str


@dataclass
class Result:
    flows: list[FlowResult] = field(default_factory=list)
    wrong: list[tuple[str, str, int]] = field(default_factory=list)  # Flow, "lost" or "passed", when.

    def total(self, what: str, control: bool = False) -> int:
        return sum(int(getattr(flow, what)) for flow in self.flows if flow.control == control)


class Prober:
    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [str(program()), *map(str, PORTS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def close(self) -> None:
        if self._child.stdin:
            self._child.stdin.close()
        self._child.wait(10)

    def add_host(self, name: str, netns: str, serve: bool = True) -> None:
        self._tell("host", name, netns)
        if serve:
            self._tell("serve", name)

    def forget_host(self, name: str) -> None:
        self._tell("forget", name)

    def start(self, flows: Iterable[Flow]) -> None:
        for flow in flows:
            self._tell(flow.order())

    def stop(self, names: Iterable[str]) -> None:
        for name in names:
            self._tell("stop", name)

    def expect(self, name: str, expected: Expectation, since: int | None = None) -> None:
        self._tell("expect", name, expected, time.monotonic_ns() if since is None else since)

    def shows(self, name: str, passing: bool, since: int = 0) -> bool:
        """Whether the last beats that are over all passed, or none did."""
        finished, passed = map(int, self._tell("last", name, IN_A_ROW, since)[0].split())
        return finished == IN_A_ROW and passed == (IN_A_ROW if passing else 0)

    def took(self, name: str, passing: bool, since: int, until: int = FOREVER) -> float | None:
        """Milliseconds until the flow passed, or did no more."""
        word = self._tell("took", name, "passes" if passing else "stops", since, until)[0]
        return None if word == "never" else float(word)

    def report(self) -> Result:
        result = Result()
        for line in self._tell("report"):
            what, name, *rest = line.split(" ", 8)
            if what == "wrong":
                result.wrong.append((name, rest[0], int(rest[1])))
            else:
                result.flows.append(_flow_result(name, rest))
        return result

    def reset(self) -> None:
        self._tell("reset")

    def _tell(self, *words: object) -> list[str]:
        """The lines of the answer."""
        assert self._child.stdin and self._child.stdout
        self._child.stdin.write(" ".join(map(str, words)) + "\n")
        self._child.stdin.flush()
        lines: list[str] = []
        while (line := self._child.stdout.readline().rstrip("\n")) != "ok":
            if not line or line.startswith("error "):
                raise BedError(f"prober: {line or 'it has ended'}")
            lines.append(line)
        return lines


def _flow_result(name: str, words: list[str]) -> FlowResult:
    sent, passed, judged, excused, wrong = map(int, words[1:6])
    return FlowResult(name, words[0] == "control", sent, passed, judged, excused, wrong, words[6].strip())


def program() -> Path:
    path = Path(os.environ.get(PROBER_VARIABLE) or TREE / "build/test/cluster_prober")
    if not path.is_file():
        raise BedError(f"{path} is missing: build the CMake target cluster_prober, or set {PROBER_VARIABLE}")
    return path
