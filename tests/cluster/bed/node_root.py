# SPDX-License-Identifier: Apache-2.0
"""A node's own view of the files: a mount namespace in which /run and /var are the node's, held open by a
process that sleeps. So kubelet and containerd use the paths that they use on any node, nothing of theirs
reaches the machine's /run and /var, and every mount they make is gone with the last process of the node.

The state folder is to be seen at its own path inside too: it is bound into the new /var.
"""

import os

from .paths import Paths
from .processes import Processes, Program
from .shell import run, wait_until


def add(paths: Paths, number: int, processes: Processes) -> str:
    """Starts the process that holds the namespace, and gives its name, for Program.root."""
    name = f"node{number}"
    # Mounts of the machine come in, none goes out. Ended children of containerd may be handed to no one
    # else than the machine's init, which reaps them.
    argv = ["unshare", "--mount", "--propagation", "slave", "sleep", "infinity"]
    processes.add(Program(name, argv, paths.node_netns(number)))
    furnish(paths, number, processes)
    return name


def furnish(paths: Paths, number: int, processes: Processes) -> None:
    """Mounts what is the node's own; needed again after its holder was started again."""
    pid = processes.pid(f"node{number}")
    machine = os.stat("/proc/self/ns/mnt").st_ino
    wait_until("a mount namespace", lambda: os.stat(f"/proc/{pid}/ns/mnt").st_ino != machine, 10)
    var = paths.node(number) / "var"
    inside = var / paths.state.relative_to("/var")
    for folder in (inside, var / "log", var / "tmp"):
        folder.mkdir(parents=True, exist_ok=True)
    if not (var / "run").is_symlink():
        (var / "run").symlink_to("/run")
    for mount in (
        ["-t", "tmpfs", "-o", "mode=755", "run", "/run"],
        ["--bind", str(paths.state), str(inside)],
        ["--rbind", str(var), "/var"],
    ):
        run(["nsenter", f"--mount=/proc/{pid}/ns/mnt", "--", "mount", *mount])
