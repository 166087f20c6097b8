# SPDX-License-Identifier: Apache-2.0
"""The cluster's certificate authority, made with openssl, and kubeconfigs that carry client certificates:
each component has an identity of its own, and gets its rights from the roles that Kubernetes gives it.
"""

import base64
import json
from dataclasses import dataclass
from pathlib import Path

from .shell import run, write

DAYS = "3650"


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path


class Authority:
    """Issues certificates into a folder; what is there already is overwritten."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca = self._at("ca")

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        run(
            [
                "openssl",
                "req",
                "-x509",
                *self._new_key("ca"),
                "-subj",
                "/CN=portcullis-cluster-ca",
                "-days",
                DAYS,
                "-out",
                str(self.ca.certificate),
            ]
        )

    def server(self, name: str, subject: str, addresses: list[str], names: list[str]) -> Certificate:
        san = ",".join([f"DNS:{n}" for n in names] + [f"IP:{a}" for a in addresses])
        return self._issue(name, subject, f"subjectAltName={san}\nextendedKeyUsage=serverAuth\n")

    def client(self, name: str, subject: str) -> Certificate:
        """`subject` is "/O=group/CN=user", as Kubernetes reads it."""
        return self._issue(name, subject, "extendedKeyUsage=clientAuth\n")

    def signing_key(self, name: str) -> Path:
        """A key for the tokens of ServiceAccounts; its public half is beside it as NAME.pub."""
        key = self._at(name).key
        run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(key)])
        run(["openssl", "pkey", "-in", str(key), "-pubout", "-out", str(self.folder / f"{name}.pub")])
        return key

    def _at(self, name: str) -> Certificate:
        return Certificate(self.folder / f"{name}.crt", self.folder / f"{name}.key")

    def _new_key(self, name: str) -> list[str]:
        return [
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            str(self._at(name).key),
        ]

    def _issue(self, name: str, subject: str, extensions: str) -> Certificate:
        made = self._at(name)
        request = run(["openssl", "req", "-new", *self._new_key(name), "-subj", subject])
        text = write(self.folder / f"{name}.ext", extensions)
        run(
            [
                "openssl",
                "x509",
                "-req",
                "-CA",
                str(self.ca.certificate),
                "-CAkey",
                str(self.ca.key),
                "-CAcreateserial",
                "-days",
                DAYS,
                "-extfile",
                str(text),
                "-out",
                str(made.certificate),
            ],
            stdin=request,
        )
        text.unlink()
        return made


def write_kubeconfig(path: Path, server: str, authority: Certificate, client: Certificate) -> Path:
    """Everything is inside the file, so it can be copied anywhere."""
    cluster = {"server": server, "certificate-authority-data": _base64(authority.certificate)}
    user = {"client-certificate-data": _base64(client.certificate), "client-key-data": _base64(client.key)}
    return write(
        path,
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "default",
                "clusters": [{"name": "default", "cluster": cluster}],
                "users": [{"name": "default", "user": user}],
                "contexts": [{"name": "default", "context": {"cluster": "default", "user": "default"}}],
            },
            indent=1,
        ),
    )


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
