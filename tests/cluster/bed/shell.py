# SPDX-License-Identifier: Apache-2.0
"""Runs other programs and waits for conditions. A failure becomes a BedError that shows the command and
what it said; nothing in this package ends the process but the command line (cli.py).

Commands are lists, never strings for a shell. Long-lived programs are processes.py's.
"""

import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path


class BedError(Exception):
    """Something that the user has to know of; the message says what to do where that is not plain."""


def run(
    argv: Sequence[str],
    *,
    stdin: str | None = None,
    check: bool = True,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> str:
    """Runs a command to its end and gives its standard output."""
    try:
        done = subprocess.run(
            argv,
            input=stdin,
            capture_output=True,
            text=True,
            errors="replace",
            cwd=cwd,
            env=env,
            timeout=seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BedError(f"{' '.join(argv)}: {error}") from error
    if check and done.returncode:
        raise BedError(
            f"{' '.join(argv)}: exit status {done.returncode}\n{done.stdout}{done.stderr}".rstrip()
        )
    return done.stdout


def in_netns(netns: str, argv: Sequence[str]) -> list[str]:
    """The command, to be run in a network namespace. `ip netns exec` would also mount another /sys, which
    hides the cgroups from containerd and kubelet."""
    return ["nsenter", f"--net=/run/netns/{netns}", "--", *argv]


def wait_until(what: str, holds: Callable[[], bool], seconds: float = 90, hint: str = "") -> None:
    """Returns once `holds` is true; BedError when it is not in time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise BedError(f"gave up waiting {seconds:.0f} s for {what}" + (f"; {hint}" if hint else ""))
        time.sleep(0.2)


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path
