# SPDX-License-Identifier: Apache-2.0
"""One node: containerd, kubelet and kube-proxy with the configuration of a plain CNI plugin that knows
nothing of NetworkPolicy. The kubelet has its node's identity, kube-proxy that of system:kube-proxy.

Paths without the state folder are inside the node's own /run and /var (node_root.py).
"""

import json
from pathlib import Path
from typing import Any

from .images import PAUSE
from .paths import Paths, binaries
from .plan import Plan
from .processes import Processes, Program
from .shell import BedError, run, wait_until, write

PROGRAMS = ("containerd", "kubelet", "proxy")
SOCKET = "/run/containerd/containerd.sock"

CONTAINERD = """\
version = 2
# Snapshotters that this machine has no devices for, and tracing without a collector, only log errors.
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs",
  "io.containerd.internal.v1.tracing", "io.containerd.tracing.processor.v1.otlp",
]
[plugins."io.containerd.internal.v1.opt"]
  path = "/var/lib/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{pause}"
  # A profile would stay in the machine's kernel.
  disable_apparmor = true
  # Not every test machine lets root make a process less likely to be killed; runc then starts nothing.
  restrict_oom_score_adj = true
  stream_server_address = "127.0.0.1"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{folder}/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    # crun refuses machines with both versions of cgroups.
    runtime_type = "io.containerd.runc.v2"
"""


def start(paths: Paths, plan: Plan, number: int, processes: Processes) -> None:
    """All but the images must be there before; the kubelet registers its node by itself."""
    folder = paths.node(number)
    write(folder / "containerd.toml", CONTAINERD.format(pause=PAUSE, folder=folder))
    write(folder / "cni/10-plain.conflist", json.dumps(cni(plan, number)))
    write(folder / "kubelet.json", json.dumps(kubelet(paths, plan, number)))
    write(folder / "proxy.json", json.dumps(proxy(paths, plan, number)))
    write(folder / "resolv.conf", "nameserver 127.0.0.1\n", 0o644)
    for name, argv in programs(paths, plan, number).items():
        processes.add(Program(f"node{number}.{name}", argv, paths.node_netns(number), root=f"node{number}"))


def programs(paths: Paths, plan: Plan, number: int) -> dict[str, list[str]]:
    folder, built = paths.node(number), binaries(plan.kubernetes)
    return {
        "containerd": ["containerd", f"--config={folder}/containerd.toml"],
        "kubelet": [
            str(built / "kubelet"),
            f"--config={folder}/kubelet.json",
            f"--kubeconfig={paths.kubeconfig(f'node{number}')}",
            f"--hostname-override=node{number}",
            f"--node-ip={','.join(plan.node_addresses(number))}",
        ],
        "proxy": [str(built / "kube-proxy"), f"--config={folder}/proxy.json"],
    }


def cni(plan: Plan, number: int) -> dict[str, Any]:
    ipam = {
        "type": "host-local",
        "ranges": [[{"subnet": subnet}] for subnet in plan.node_pods(number)],
        "routes": [{"dst": everything} for everything in plan.pick("0.0.0.0/0", "::/0")],
    }
    plugin: dict[str, Any] = {"type": plan.cni, "ipam": ipam}
    if plan.cni == "bridge":
        plugin.update(bridge="cni0", isGateway=True, hairpinMode=True)
    ports = {"type": "portmap", "capabilities": {"portMappings": True}}
    return {"cniVersion": "1.0.0", "name": "plain", "plugins": [plugin, ports]}


def kubelet(paths: Paths, plan: Plan, number: int) -> dict[str, Any]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": f"{paths.pki}/ca.crt"},
        },
        "authorization": {"mode": "Webhook"},
        "containerRuntimeEndpoint": f"unix://{SOCKET}",
        "cgroupDriver": "cgroupfs",
        "cgroupsPerQOS": False,
        "enforceNodeAllocatable": [],
        "failCgroupV1": False,
        "failSwapOn": False,
        "localStorageCapacityIsolation": False,
        # The machine's disk and memory are not the node's alone: nothing is evicted or collected for them.
        "evictionHard": {"memory.available": "1Mi"},
        "imageGCHighThresholdPercent": 100,
        "clusterDomain": "cluster.local",
        # There is no DNS server: a lookup fails at once, and no pod has an event about it.
        "clusterDNS": ["127.0.0.1"],
        "resolvConf": str(paths.node(number) / "resolv.conf"),
        "volumePluginDir": "/var/lib/kubelet/volumeplugins",
        "nodeStatusUpdateFrequency": "5s",
        "syncFrequency": "10s",
    }


def proxy(paths: Paths, plan: Plan, number: int) -> dict[str, Any]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": plan.proxy,
        "hostnameOverride": f"node{number}",
        "clientConnection": {"kubeconfig": str(paths.kubeconfig("proxy"))},
        "clusterCIDR": ",".join(plan.pods),
        # Zero leaves the machine's conntrack settings, which all namespaces share, alone.
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }


def socket(processes: Processes, number: int) -> str:
    """containerd's socket as seen from outside of the node."""
    return f"/proc/{processes.pid(f'node{number}')}/root{SOCKET}"


def ctr(processes: Processes, number: int, *arguments: str) -> str:
    return run(["ctr", "--address", socket(processes, number), "--namespace", "k8s.io", *arguments])


def load_images(processes: Processes, number: int, archives: list[Path]) -> None:
    """Waits for containerd; an image of the same name is replaced."""
    hint = f"see {processes.log(f'node{number}.containerd')}"
    wait_until(f"containerd of node{number}", lambda: _answers(processes, number), 60, hint)
    for archive in archives:
        ctr(processes, number, "images", "import", str(archive))


def _answers(processes: Processes, number: int) -> bool:
    # The plugin for Kubernetes is the last to come.
    plugins = run(["ctr", "--address", socket(processes, number), "plugins", "ls"], check=False)
    return any(
        line.split()[1] == "cri" and line.endswith("ok") for line in map(str.strip, plugins.splitlines()[1:])
    )


def sandbox_pid(processes: Processes, number: int, namespace: str, pod: str) -> int:
    labels = {
        "io.cri-containerd.kind": "sandbox",
        "io.kubernetes.pod.namespace": namespace,
        "io.kubernetes.pod.name": pod,
    }
    wanted = ",".join(f'labels."{key}"=="{value}"' for key, value in labels.items())
    sandboxes = ctr(processes, number, "containers", "ls", "--quiet", wanted).split()
    tasks = [line.split() for line in ctr(processes, number, "tasks", "ls").splitlines()[1:]]
    pids = [int(pid) for name, pid, status in tasks if name in sandboxes and status == "RUNNING"]
    if len(pids) != 1:
        raise BedError(f"{len(pids)} running sandboxes of pod {namespace}/{pod} on node{number}, not one")
    return pids[0]
