# SPDX-License-Identifier: Apache-2.0
"""The images that pods use, made on the spot from Debian's static programs and from what was built, so that
nothing is pulled: one that only sleeps, for the sandboxes, and the test image with /agnhost.

/agnhost is tests/cluster/agnhost, which speaks SCTP in user space and hands over to Kubernetes' own,
/agnhost.real, for what it does not do itself. The suites are told to look for their images under localhost.
"""

import os
from pathlib import Path

from .archive import Image, write_archive
from .paths import IMAGE_ARCHIVE, TREE, Paths, binaries
from .plan import Plan
from .shell import BedError, write

PAUSE = "localhost/pause:1"
AGNHOST = "localhost/agnhost:dev"
# As the e2e tests of Kubernetes 1.34 and cyclonus 0.5 call them, below the registry that they are given.
SUITE_IMAGES = ("localhost/agnhost:2.56", "localhost/e2e-test-images/agnhost:2.43")
AGNHOST_VARIABLE = "PORTCULLIS_AGNHOST"
APPLETS = (
    "cat cp date dd echo env false grep head hostname ip kill ls mkdir mv nc ping ps rm sed seq sh sleep stat "
    "tail tee test timeout touch tr true wc wget".split()
)
# cyclonus's worker makes its probes in this many at once; its own default of 10 takes nearly twice as long
# for the 18 cells of a row.
WORKER = '#!/bin/sh\nexec /worker.real --concurrency 18 "$@"\n'


def agnhost() -> Path:
    path = Path(os.environ.get(AGNHOST_VARIABLE) or TREE / "build/test/agnhost")
    if not path.is_file():
        raise BedError(
            f"{path} is missing: build the CMake target agnhost (make cluster does), or set {AGNHOST_VARIABLE}"
        )
    return path


def make(paths: Paths, plan: Plan) -> list[Path]:
    """The archives to be loaded into each node: ours, and the controller's where `make image` left one."""
    folder = paths.state / "images"
    made = [
        write_archive(pause(), folder / "pause.tar"),
        write_archive(test_image(paths, plan), folder / "agnhost.tar"),
    ]
    return made + ([IMAGE_ARCHIVE] if IMAGE_ARCHIVE.exists() else [])


def pause() -> Image:
    return Image([PAUSE], ["/bin/sleep", "2147483647"], {"bin/sleep": Path("/bin/busybox")})


def test_image(paths: Paths, plan: Plan) -> Image:
    built = binaries(plan.kubernetes)
    files = {
        "bin/busybox": Path("/bin/busybox"),
        "bin/bash": Path("/bin/bash-static"),
        "agnhost": agnhost(),
        "agnhost.real": built / "agnhost",
    }
    if (built / "cyclonus-worker").exists():
        files["worker"] = write(paths.state / "images/worker", WORKER)
        files["worker.real"] = built / "cyclonus-worker"
    links = {f"bin/{applet}": "/bin/busybox" for applet in APPLETS}
    return Image([AGNHOST, *SUITE_IMAGES], ["/agnhost"], files, links, ["pause"])
