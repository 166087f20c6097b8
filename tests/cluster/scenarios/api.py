# SPDX-License-Identifier: Apache-2.0
"""Requests without a program in between: to the API server as admin over one kept connection, where kubectl
would take longer than what is measured, and to etcd's gateway. Connections are made inside the control
plane's network namespace, from a thread that enters it; the process itself stays where it is.
"""

import base64
import ctypes
import http.client
import json
import os
import socket
import ssl
import threading
from typing import Any

from bed.cluster import Cluster
from bed.shell import BedError

CLONE_NEWNET = 0x40000000
ETCD_PORT = 2379


def dial(netns: str, address: str, port: int) -> socket.socket:
    """A connection made in that namespace; it stays there whoever uses it."""
    made: list[socket.socket | OSError] = []

    def enter_and_dial() -> None:
        try:
            with open(f"/run/netns/{netns}", "rb") as file:
                if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
            made.append(socket.create_connection((address, port), timeout=10))
        except OSError as error:
            made.append(error)

    thread = threading.Thread(target=enter_and_dial)
    thread.start()
    thread.join()
    if isinstance(made[0], OSError):
        raise BedError(f"{address}:{port} in {netns}: {made[0]}")
    made[0].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made[0]


class Api:
    """One connection, made anew after it was closed. BedError for every status that is not 2xx."""

    def __init__(self, cluster: Cluster) -> None:
        self._netns = cluster.control_netns()
        self._address = cluster.plan.control_addresses[0]
        pki = cluster.paths.pki
        self._tls = ssl.create_default_context(cafile=str(pki / "ca.crt"))
        self._tls.load_cert_chain(pki / "admin.crt", pki / "admin.key")
        self._http: http.client.HTTPConnection | None = None

    def create(self, path: str, item: dict[str, Any]) -> Any:
        return self.request("POST", path, item)

    def replace(self, path: str, item: dict[str, Any]) -> Any:
        return self.request("PUT", f"{path}/{item['metadata']['name']}", item)

    def delete(self, path: str, name: str) -> Any:
        return self.request("DELETE", f"{path}/{name}")

    def request(self, method: str, path: str, body: Any = None) -> Any:
        try:
            connection = self._http or self._connect()
            status, text = exchange(connection, method, path, body)
        except (OSError, http.client.HTTPException) as error:
            self._http = None
            raise BedError(f"{method} {path}: {error}") from error
        if not 200 <= status < 300:
            raise BedError(f"{method} {path}: {status} {text}")
        return json.loads(text)

    def _connect(self) -> http.client.HTTPConnection:
        self._http = http.client.HTTPConnection(self._address)
        self._http.sock = self._tls.wrap_socket(
            dial(self._netns, self._address, 6443), server_hostname=self._address
        )
        return self._http


def status_with_token(cluster: Cluster, token: str) -> int:
    """What the API server answers to who has nothing but this token."""
    address = cluster.plan.control_addresses[0]
    tls = ssl.create_default_context(cafile=str(cluster.paths.pki / "ca.crt"))
    connection = http.client.HTTPConnection(address)
    connection.sock = tls.wrap_socket(dial(cluster.control_netns(), address, 6443), server_hostname=address)
    return exchange(connection, "GET", "/api/v1/namespaces", None, {"Authorization": f"Bearer {token}"})[0]


def exchange(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: Any,
    headers: dict[str, str] | None = None,
) -> tuple[int, str]:
    text = None if body is None else json.dumps(body)
    connection.request(method, path, text, {"Content-Type": "application/json", **(headers or {})})
    response = connection.getresponse()
    return response.status, response.read().decode()


def policies_path(namespace: str) -> str:
    return f"/apis/networking.k8s.io/v1/namespaces/{namespace}/networkpolicies"


def compact_etcd(cluster: Cluster) -> int:
    """Forgets all revisions but the present one, whose number is returned."""
    connection = http.client.HTTPConnection("127.0.0.1", ETCD_PORT)
    connection.sock = dial(cluster.control_netns(), "127.0.0.1", ETCD_PORT)
    key = base64.b64encode(b"/").decode()
    status, text = exchange(connection, "POST", "/v3/kv/range", {"key": key})
    revision = int(json.loads(text)["header"]["revision"]) if status == 200 else 0
    status, text = exchange(connection, "POST", "/v3/kv/compaction", {"revision": revision, "physical": True})
    if status != 200:
        raise BedError(f"etcd does not compact: {status} {text}")
    return revision
