# SPDX-License-Identifier: Apache-2.0
"""A running kube-apiserver, as load and pods use it: requests with a bearer token, and what they cost its process.
Knows nothing of pods."""

import http.client
import json
import os
import socket
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

JSON = "application/json"
CONFLICT = 409


class Refused(Exception):
    pass


class Server:
    """One connection. The server's certificate is not verified: it is a server of this machine, for tests."""

    def __init__(self, url: str, token: str, pid: int) -> None:
        self._origin = (url, token, pid)
        self.token, self.pid = token, pid
        parts = urlsplit(url)
        self.address = (parts.hostname or "", parts.port or 443)
        self.tls = ssl.create_default_context()
        self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE
        self._http = http.client.HTTPSConnection(*self.address, context=self.tls)

    def again(self) -> "Server":
        """The same server by another connection."""
        return Server(*self._origin)

    def read(self, path: str, accept: str, encoding: str = "identity") -> tuple[bytes, Mapping[str, str]]:
        """Body and headers."""
        headers = {"Accept": accept, "Accept-Encoding": encoding}
        return self._answer("GET", path, b"", headers)

    def write(
        self, method: str, path: str, body: object, agent: str = "load", exists_already: bool = False
    ) -> None:
        kind = "application/merge-patch+json" if method == "PATCH" else JSON
        headers = {"Content-Type": kind}
        self._answer(method, path, json.dumps(body).encode(), headers, agent, CONFLICT if exists_already else 0)

    def open_stream(self, path: str, accept: str) -> ssl.SSLSocket:
        """A connection of its own that has the head of the answer behind it."""
        stream = self.tls.wrap_socket(socket.create_connection(self.address))
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nUser-Agent: load\r\nAccept: {accept}\r\n"
        stream.sendall(f"{head}Authorization: Bearer {self.token}\r\n\r\n".encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = stream.recv(4096)
            answer += more
            if not more or not answer.startswith(b"HTTP/1.1 200"):
                raise Refused(f"{path}: {answer[:300]!r}")
        return stream

    def cpu(self) -> float:
        """Seconds of its process so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def forget_peak(self) -> None:
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def memory(self, field: str) -> float:
        """MB of "VmRSS", or of "VmHWM", its peak since forget_peak()."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) / 1024
        return 0

    def _answer(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        agent: str = "load",
        also_good: int = 0,
    ) -> tuple[bytes, Mapping[str, str]]:
        own = {"Authorization": f"Bearer {self.token}", "User-Agent": agent}
        self._http.request(method, path, body or None, {**own, **headers})
        answer = self._http.getresponse()
        data = answer.read()
        if answer.status >= 300 and answer.status != also_good:
            raise Refused(f"{method} {path}: {answer.status} {data[:300]!r}")
        return data, dict(answer.getheaders())


class Costs:
    """What the server spent since this was made."""

    def __init__(self, server: Server) -> None:
        self._server = server
        server.forget_peak()
        self._rss, self._cpu, self._wall = server.memory("VmRSS"), server.cpu(), time.monotonic()

    def cpu(self) -> float:
        return self._server.cpu() - self._cpu

    def wall(self) -> float:
        return time.monotonic() - self._wall

    def more_memory(self) -> float:
        return self._server.memory("VmHWM") - self._rss
