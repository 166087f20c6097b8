# SPDX-License-Identifier: Apache-2.0
"""A Go that is new enough to build Kubernetes: the machine's, or one that the machine's older Go fetches
as a module, through the module proxy that it is configured for. Debian 12's own is too old to build with but
can fetch.
"""

import json
import os
import platform
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from .shell import BedError, run

OLDEST = (1, 25)
FETCHED = "golang.org/toolchain@v0.0.1-go1.26.0.linux-{arch}"
SHOWN = 20
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True)
class Go:
    program: Path
    environment: dict[str, str]

    def run(self, *arguments: str, cwd: Path) -> str:
        try:
            return run([str(self.program), *arguments], cwd=cwd, env=self.environment)
        except BedError as error:
            # It also says what it downloads; the reason is at the end.
            raise BedError("\n".join(str(error).splitlines()[-SHOWN:])) from error


def find() -> Go:
    found = shutil.which("go")
    if not found:
        raise BedError("there is no Go to build Kubernetes with: tools/install-deps.sh cluster")
    if _version(Path(found)) >= OLDEST:
        return Go(Path(found), _environment({}))
    root = _fetch(Path(found))
    return Go(root / "bin/go", _environment({"GOROOT": str(root)}))


def _environment(more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false", **more}


def _version(go: Path) -> tuple[int, int]:
    text = run([str(go), "env", "GOVERSION"]).strip()
    match = re.match(r"go(\d+)\.(\d+)", text)
    if not match:
        raise BedError(f"{go} says it is of version '{text}'")
    return int(match[1]), int(match[2])


def _fetch(go: Path) -> Path:
    module = FETCHED.format(arch=ARCHITECTURES.get(platform.machine(), platform.machine()))
    answer = json.loads(run([str(go), "mod", "download", "-json", module], cwd=Path("/")))
    root = Path(answer["Dir"])
    # A module's files are not executable. Go itself does this to a toolchain that it fetched.
    for program in [*(root / "bin").iterdir(), *(root / "pkg/tool").glob("*/*")]:
        program.chmod(0o555)
    return root
