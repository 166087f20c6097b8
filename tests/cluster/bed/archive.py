# SPDX-License-Identifier: Apache-2.0
"""Writes a docker-archive, as `ctr images import` reads it, of one layer made from files of this machine."""

import hashlib
import io
import json
import platform
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FOLDERS = ("bin", "etc", "tmp")


@dataclass(frozen=True)
class Image:
    """`files` maps a path in the image to one of this machine, `links` one to its target in the image."""

    names: Sequence[str]
    entrypoint: Sequence[str]
    files: Mapping[str, Path]
    links: Mapping[str, str] = field(default_factory=dict)
    arguments: Sequence[str] = ()


def write_archive(image: Image, out: Path) -> Path:
    out.parent.mkdir(parents=True, exist_ok=True)
    layer = _layer(image)
    config = json.dumps(
        {
            "architecture": {"x86_64": "amd64", "aarch64": "arm64"}.get(
                platform.machine(), platform.machine()
            ),
            "os": "linux",
            "config": {
                "Entrypoint": list(image.entrypoint),
                "Cmd": list(image.arguments),
                "Env": ["PATH=/bin"],
            },
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
        }
    ).encode()
    manifest = json.dumps(
        [{"Config": "config.json", "RepoTags": list(image.names), "Layers": ["layer.tar"]}]
    ).encode()
    with tarfile.open(out, "w") as tar:
        for name, content in (("manifest.json", manifest), ("config.json", config), ("layer.tar", layer)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return out


def _layer(image: Image) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for folder in FOLDERS:
            tar.addfile(_entry(folder, tarfile.DIRTYPE, 0o777))
        for path, source in image.files.items():
            info = _entry(path, tarfile.REGTYPE, 0o755)
            info.size = source.stat().st_size
            with source.open("rb") as content:
                tar.addfile(info, content)
        for path, target in image.links.items():
            info = _entry(path, tarfile.SYMTYPE, 0o777)
            info.linkname = target
            tar.addfile(info)
    return buffer.getvalue()


def _entry(path: str, kind: bytes, mode: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(path)
    info.type, info.mode = kind, mode
    return info
