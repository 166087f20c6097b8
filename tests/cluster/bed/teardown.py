# SPDX-License-Identifier: Apache-2.0
"""Ends all that a cluster started and removes all that it made, whatever became of whoever started it: it
looks at what is there, not at what `up` wrote down. Doing it twice is no error.

Processes are ours by the mark in their environment, containers by their cgroup. Mounts go with the last
process of their node's mount namespace.
"""

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

from .paths import STATES, Paths
from .processes import all_pids, is_marked, marked, pidfd
from .shell import BedError, run

CGROUPS = Path("/sys/fs/cgroup")


def tear_down(paths: Paths) -> None:
    end_processes(paths)
    remove_namespaces(paths)
    remove_cgroups(paths.cgroup)
    if mounts := [mount for mount in _mounts() if mount.is_relative_to(paths.state)]:
        raise BedError(
            f"something is mounted below {paths.state}: {', '.join(map(str, mounts))}; umount it by hand"
        )
    shutil.rmtree(paths.state, ignore_errors=True)
    for folder in (paths.state, STATES):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def end_processes(paths: Paths) -> None:
    _end_all(paths, lambda: marked(paths.state) + contained(paths.cgroup), signal.SIGTERM)


def end_node_processes(paths: Paths, number: int) -> None:
    """A node's power failure: its containers, and what is marked and in its network namespace."""
    netns = os.stat(f"/run/netns/{paths.node_netns(number)}").st_ino

    def find() -> list[int]:
        own = [pid for pid in marked(paths.state) if _netns(pid) == netns]
        return own + contained(f"{paths.cgroup}/node{number}")

    _end_all(paths, find, signal.SIGKILL)


def _end_all(paths: Paths, find: Callable[[], list[int]], how: signal.Signals) -> None:
    """Until none is found twice: one that is just starting may only show the second time."""
    give_up = time.monotonic() + 60
    empty = 0
    while empty < 2:
        pids = find()
        empty = 0 if pids else empty + 1
        if time.monotonic() > give_up:
            raise BedError(f"processes do not end: {pids}")
        _signal_all(paths, pids, how)
        how = signal.SIGKILL
        time.sleep(0.3 if pids else 0.05)


def contained(cgroup: str) -> list[int]:
    """The processes of the cgroup and of those below it."""
    return [pid for pid in all_pids() if _is_contained(pid, cgroup)]


def remove_namespaces(paths: Paths) -> None:
    for entry in Path("/run/netns").glob(f"{paths.name}-*"):
        if entry.name == paths.control_netns or entry.name.startswith(f"{paths.name}-node"):
            run(["ip", "netns", "del", entry.name])


def remove_cgroups(cgroup: str) -> None:
    """In every hierarchy, of either version of cgroups; deepest first. Its parent goes with the last cluster."""
    for hierarchy in [CGROUPS, *CGROUPS.iterdir()]:
        top = hierarchy / cgroup.lstrip("/")
        folders = sorted((Path(at) for at, _, _ in os.walk(top)), reverse=True)
        for folder in [*folders, top.parent]:
            if folder.is_dir() and not any(child.is_dir() for child in folder.iterdir()):
                folder.rmdir()


def _signal_all(paths: Paths, pids: list[int], how: signal.Signals) -> None:
    for pid in pids:
        try:
            with pidfd(pid) as handle:
                if is_marked(pid, paths.state) or _is_contained(pid, paths.cgroup):
                    signal.pidfd_send_signal(handle, how)
        except ProcessLookupError:
            pass


def _is_contained(pid: int, cgroup: str) -> bool:
    try:
        lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return any(f"{line.split(':', 2)[2]}/".startswith(f"{cgroup}/") for line in lines)


def _netns(pid: int) -> int:
    try:
        return os.stat(f"/proc/{pid}/ns/net").st_ino
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _mounts() -> list[Path]:
    return [Path(line.split()[1]) for line in Path("/proc/self/mounts").read_text().splitlines()]
