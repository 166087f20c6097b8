# SPDX-License-Identifier: Apache-2.0
"""Ends all that a cluster started and removes all that it made, whatever became of whoever started it: it
looks at what is there, not at what `up` wrote down. Doing it twice is no error.

Processes are ours by the mark in their environment. Those in containers have none; each container has a
cgroup of its name, and containerd notes the names on the node's disk, where they outlive a crash. Mounts go
with the last process of their node's mount namespace.
"""

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

from .paths import STATES, Paths
from .processes import all_pids, is_marked, pidfd
from .shell import BedError, run

CGROUPS = Path("/sys/fs/cgroup")
# Where runc puts a container for which the kubelet names no place, which it does not without cgroupsPerQOS.
PARENT = "k8s.io"
NOTED = "var/lib/containerd/io.containerd.grpc.v1.cri"

IsOurs = Callable[[int], bool]


def tear_down(paths: Paths) -> None:
    end_processes(paths)
    remove_namespaces(paths)
    remove_cgroups(containers(paths))
    if mounts := [mount for mount in _mounts() if mount.is_relative_to(paths.state)]:
        raise BedError(
            f"something is mounted below {paths.state}: {', '.join(map(str, mounts))}; umount it by hand"
        )
    shutil.rmtree(paths.state, ignore_errors=True)
    for folder in (paths.state, STATES):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()


def end_processes(paths: Paths) -> None:
    def ours() -> IsOurs:
        names = containers(paths)
        return lambda pid: is_marked(pid, paths.state) or _container_of(pid) in names

    _end_all(ours, signal.SIGTERM)


def end_node_processes(paths: Paths, number: int) -> None:
    """A node's power failure: its containers, and what is marked and in its network namespace."""
    netns = os.stat(f"/run/netns/{paths.node_netns(number)}").st_ino

    def ours() -> IsOurs:
        names = containers(paths, f"node{number}")
        return lambda pid: _container_of(pid) in names or (is_marked(pid, paths.state) and _netns(pid) == netns)

    _end_all(ours, signal.SIGKILL)


def _end_all(ours: Callable[[], IsOurs], how: signal.Signals) -> None:
    """Until none is found twice: one that is just starting may only show the second time."""
    give_up = time.monotonic() + 60
    empty = 0
    while empty < 2:
        is_ours = ours()
        pids = [pid for pid in all_pids() if is_ours(pid)]
        empty = 0 if pids else empty + 1
        if time.monotonic() > give_up:
            raise BedError(f"processes do not end: {pids}")
        _signal_all(pids, is_ours, how)
        how = signal.SIGKILL
        time.sleep(0.3 if pids else 0.05)


def containers(paths: Paths, node: str = "node*") -> set[str]:
    """The names of the containers and sandboxes that containerd has noted on the disk of a node, or of all."""
    kinds = ("containers", "sandboxes")
    return {entry.name for kind in kinds for entry in paths.state.glob(f"{node}/{NOTED}/{kind}/*")}


def contained(names: set[str]) -> list[int]:
    """The processes in these containers."""
    return [pid for pid in all_pids() if _container_of(pid) in names]


def remove_namespaces(paths: Paths) -> None:
    for entry in Path("/run/netns").glob(f"{paths.name}-*"):
        if entry.name == paths.control_netns or entry.name.startswith(f"{paths.name}-node"):
            run(["ip", "netns", "del", entry.name])


def remove_cgroups(names: set[str]) -> None:
    """Of these containers, which are over, in every hierarchy of either version of cgroups. Their parent goes
    with the last of them."""
    for hierarchy in [CGROUPS, *CGROUPS.iterdir()]:
        parent = hierarchy / PARENT
        for folder in [*(parent / name for name in names), parent]:
            if folder.is_dir() and not any(child.is_dir() for child in folder.iterdir()):
                folder.rmdir()


def _signal_all(pids: list[int], is_ours: IsOurs, how: signal.Signals) -> None:
    for pid in pids:
        try:
            with pidfd(pid) as handle:
                if is_ours(pid):
                    signal.pidfd_send_signal(handle, how)
        except ProcessLookupError:
            pass


def _container_of(pid: int) -> str:
    try:
        return container_in(Path(f"/proc/{pid}/cgroup").read_text())
    except (FileNotFoundError, ProcessLookupError):
        return ""


def container_in(cgroups: str) -> str:
    """The name of the container that a process with that /proc/PID/cgroup is in; "" if it is in none."""
    for line in cgroups.splitlines():
        parts = line.split(":", 2)[2].split("/")
        if len(parts) > 2 and parts[1] == PARENT:
            return parts[2]
    return ""


def _netns(pid: int) -> int:
    try:
        return os.stat(f"/proc/{pid}/ns/net").st_ino
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _mounts() -> list[Path]:
    return [Path(line.split()[1]) for line in Path("/proc/self/mounts").read_text().splitlines()]
