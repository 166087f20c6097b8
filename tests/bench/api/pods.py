# SPDX-License-Identifier: Apache-2.0
"""Pods for a kube-apiserver without kubelets: of some 12 KB as JSON, with two containers, environment, probes, volumes,
status and the managedFields of two writers, as a cluster's pods are. Knows nothing of what is measured with them."""

import threading

from server import Server

NAMESPACES = 100
WRITERS = 8
TIME = "2026-11-25T10:00:00Z"
Json = dict[str, object]


def place(number: int) -> tuple[str, str]:
    """Namespace and name."""
    return f"ns-{number % NAMESPACES}", f"app-{number % 500}-7d9f8b6c5d-{number:06}"


def fill(server: Server, count: int) -> None:
    """Creates namespaces and pods that are not there yet."""
    for number in range(NAMESPACES):
        body: Json = {"metadata": {"name": f"ns-{number}", "labels": {"team": f"t{number % 10}"}}}
        server.write("POST", "/api/v1/namespaces", body, exists_already=True)
    threads = [threading.Thread(target=_fill_part, args=(server, first, count)) for first in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def touch(server: Server, number: int, message: str) -> None:
    """A change of a pod's status that no policy looks at."""
    namespace, name = place(number)
    server.write("PATCH", f"/api/v1/namespaces/{namespace}/pods/{name}/status", {"status": {"message": message}})


def _fill_part(server: Server, first: int, count: int) -> None:
    mine = server.again()
    for number in range(first, count, WRITERS):
        namespace, name = place(number)
        path = f"/api/v1/namespaces/{namespace}/pods"
        mine.write("POST", path, _pod(number), agent="kube-controller-manager", exists_already=True)
        mine.write("PATCH", f"{path}/{name}/status", _status(number), agent="kubelet")


def _container(name: str, number: int) -> Json:
    probe = {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 15}
    return {
        "name": name,
        "image": f"registry.example.com/team-{number % 17}/{name}:v1.{number % 40}.3",
        "args": ["--port=8080", "--log-level=info", f"--shard={number}"],
        "ports": [{"name": f"http-{name}", "containerPort": 8080 if name == "app" else 9090}],
        "env": [{"name": f"SETTING_{i}", "value": f"value-of-setting-{i}-{number}"} for i in range(8)],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
        "livenessProbe": probe,
        "readinessProbe": probe,
        "volumeMounts": [{"name": "config", "mountPath": "/etc/config"}],
        "securityContext": {"runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}},
    }


def _pod(number: int) -> Json:
    _, name = place(number)
    app = f"app-{number % 500}"
    owner: Json = {
        "apiVersion": "apps/v1",
        "kind": "ReplicaSet",
        "name": f"{app}-7d9f8b6c5d",
        "uid": f"11111111-2222-3333-4444-{number % 500:012}",
        "controller": True,
    }
    return {
        "metadata": {
            "name": name,
            "generateName": f"{app}-7d9f8b6c5d-",
            "labels": {"app": app, "tier": ["web", "api", "db"][number % 3], "pod-template-hash": "7d9f8b6c5d"},
            "annotations": {"prometheus.io/scrape": "true", "checksum/config": "b94d27b9934d3e08a52e52d7da7dabfa"},
            "ownerReferences": [owner],
        },
        "spec": {
            "nodeName": f"node-{number % 100}",
            "containers": [_container("app", number), _container("sidecar", number)],
            "initContainers": [{"name": "init", "image": "busybox:1.36", "command": ["sh", "-c", "true"]}],
            "volumes": [{"name": "config", "configMap": {"name": f"{app}-config"}}],
        },
    }


def _container_status(name: str) -> Json:
    return {
        "name": name,
        "ready": True,
        "restartCount": 0,
        "image": f"registry.example.com/{name}:v1",
        "imageID": f"registry.example.com/{name}@sha256:" + "ab" * 32,
        "containerID": "containerd://" + "cd" * 32,
        "state": {"running": {"startedAt": TIME}},
    }


def _status(number: int) -> Json:
    address = f"10.{number // 65000 + 1}.{number // 250 % 250}.{number % 250 + 2}"
    conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]
    return {
        "status": {
            "phase": "Running",
            "hostIP": f"192.168.0.{number % 100 + 1}",
            "podIP": address,
            "podIPs": [{"ip": address}],
            "startTime": TIME,
            "conditions": [{"type": kind, "status": "True", "lastTransitionTime": TIME} for kind in conditions],
            "containerStatuses": [_container_status(name) for name in ("app", "sidecar")],
        }
    }


