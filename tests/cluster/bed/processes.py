# SPDX-License-Identifier: Apache-2.0
"""The long-lived programs of a cluster: started from a description that is kept in the state folder, ended
by pid. Any later process can stop one and start it again by its name.

A pid that now belongs to somebody else is told from ours by its start time. Whatever is started also carries
the cluster's state folder in its environment, and so do its children: that is how leftovers are found after
a crash of whoever started them. Signals go through a pidfd, so a pid cannot change hands between check and
signal.
"""

import json
import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from .paths import Paths
from .shell import BedError, write

MARK = "PORTCULLIS_CLUSTER_STATE"


@dataclass(frozen=True)
class Program:
    """`netns` is where it runs; `root`, if given, is the name of the program whose mount namespace it shares."""

    name: str
    argv: Sequence[str]
    netns: str
    root: str = ""


class Processes:
    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def add(self, program: Program) -> None:
        """Describes a program and starts it."""
        write(self._file(program.name, "json"), json.dumps(asdict(program)))
        self.start(program.name)

    def names(self) -> list[str]:
        return sorted(path.stem for path in self._paths.processes.glob("*.json"))

    def start(self, name: str) -> int:
        program = self._program(name)
        if self.pid(name):
            raise BedError(f"{name} is running already")
        enter = [f"--net=/run/netns/{program.netns}"]
        if program.root:
            enter.append(f"--mount=/proc/{self._running(program.root)}/ns/mnt")
        self._paths.logs.mkdir(exist_ok=True)
        with open(self.log(name), "ab") as log:
            child = subprocess.Popen(
                ["nsenter", *enter, "--", *program.argv],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=self._environment(),
            )
        self._children[name] = child
        write(self._file(name, "pid"), f"{child.pid} {started(child.pid)}")
        return child.pid

    def stop(self, name: str, how: signal.Signals = signal.SIGTERM, seconds: float = 10) -> None:
        """Sends `how` and, where that is not enough, SIGKILL. No error where it is not running."""
        if pid := self.pid(name):
            end(pid, how, seconds, lambda: self.pid(name) == pid)
        if child := self._children.pop(name, None):
            child.wait()
        self._file(name, "pid").unlink(missing_ok=True)

    def pid(self, name: str) -> int:
        """0 where it is not running."""
        self._program(name)
        try:
            pid, time = map(int, self._file(name, "pid").read_text().split())
        except (FileNotFoundError, ValueError):
            return 0
        return pid if started(pid) == time else 0

    def log(self, name: str) -> Path:
        return self._paths.logs / f"{name}.log"

    def _program(self, name: str) -> Program:
        try:
            return Program(**json.loads(self._file(name, "json").read_text()))
        except FileNotFoundError as error:
            raise BedError(f"no program '{name}' here; there are: {', '.join(self.names())}") from error

    def _running(self, name: str) -> int:
        pid = self.pid(name)
        if not pid:
            raise BedError(f"{name} is not running")
        return pid

    def _file(self, name: str, kind: str) -> Path:
        return self._paths.processes / f"{name}.{kind}"

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            MARK: str(self._paths.state),
        }


def started(pid: int) -> int:
    """When it was started, in ticks since the machine was; 0 where it has ended, be it a zombie still."""
    try:
        # The second field, a name in parentheses, may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if fields[0] in "ZX" else int(fields[19])


def is_marked(pid: int, state: Path) -> bool:
    """Whether the process was started for that state folder. While it executes another program it may seem not
    to be, for an instant."""
    try:
        return f"{MARK}={state}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return False


def all_pids() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


@contextmanager
def pidfd(pid: int) -> Iterator[int]:
    """A handle of the process; ProcessLookupError where there is none."""
    handle = os.pidfd_open(pid)
    try:
        yield handle
    finally:
        os.close(handle)


def end(pid: int, how: signal.Signals, seconds: float, is_ours: Callable[[], bool]) -> None:
    try:
        with pidfd(pid) as handle:
            if not is_ours():
                return
            signal.pidfd_send_signal(handle, how)
            if not _gone(handle, seconds):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                _gone(handle, seconds)
    except ProcessLookupError:
        pass


def _gone(handle: int, seconds: float) -> bool:
    """A pidfd becomes readable when its process has ended, whoever its parent is."""
    return bool(select.select([handle], [], [], seconds)[0])
