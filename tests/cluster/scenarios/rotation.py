# SPDX-License-Identifier: Apache-2.0
"""Certificates and tokens are rotated as an administrator does it, step by step: clients first trust the new
authority beside the old one, then the API server shows a certificate of the new one; tokens are first signed
with a new key, then those of the old key are refused.
"""

import base64
import dataclasses
import json
import time
from pathlib import Path

from bed.control_plane import USERS, api_server, issue_api_server
from bed.pki import Authority
from bed.shell import wait_until, write

from . import controller
from .api import status_with_token
from .cast import Cast
from .control_plane import KINDS, change_mate, counts, wait_said
from .nodes import wait_heartbeat
from .registry import expect, scenario
from .world import World

STANDS = "the watch stands again"


@scenario("credentials-rotated")
def credentials_rotated(world: World) -> None:
    """The API server's certificate and authority, the tokens' key and the tokens themselves change."""
    cast = Cast(world).enter()
    restarts = controller.restarts(world.cluster)
    rotate_authority(world)
    rotate_token_key(world)
    expect(
        controller.restarts(world.cluster) == restarts,
        "a controller was restarted: nothing is shown of its own rotation",
    )
    change_mate(cast, "with the new credentials")
    world.watch(2)


def rotate_authority(world: World) -> None:
    cluster, pki = world.cluster, world.cluster.paths.pki
    new = Authority(pki / f"ca-{int(time.time())}")
    new.create()
    trusted = (pki / "ca.crt").read_text() + new.ca.certificate.read_text()
    write(pki / "ca.crt", trusted)
    for user in (*USERS, *(f"node{number}" for number in cluster.plan.numbers)):
        trust(cluster.paths.kubeconfig(user), trusted)
    for name in (
        "kcm",
        "sched",
        *(f"node{n}.{p}" for n in cluster.plan.numbers for p in ("kubelet", "proxy")),
    ):
        cluster.stop(name)
        cluster.start(name)
    for number in cluster.plan.numbers:
        wait_heartbeat(world, number)
        wait_until(
            f"the new authority in the controller's files on node{number}",
            lambda: credential(world, number, "ca.crt").strip() == trusted.strip(),
            180,
        )
    stood = counts(world, STANDS)
    issue_api_server(new, cluster.plan)
    for suffix in ("crt", "key"):
        write(pki / f"apiserver.{suffix}", (new.folder / f"apiserver.{suffix}").read_text())
    restart_api_server(world)
    wait_said(world, STANDS, stood, KINDS)
    world.note("the API server shows a certificate of the new authority, and all watches stand")


def trust(kubeconfig: Path, authorities: str) -> None:
    content = json.loads(kubeconfig.read_text())
    content["clusters"][0]["cluster"]["certificate-authority-data"] = base64.b64encode(
        authorities.encode()
    ).decode()
    write(kubeconfig, json.dumps(content))


def rotate_token_key(world: World) -> None:
    cluster = world.cluster
    old = {number: credential(world, number, "token") for number in cluster.plan.numbers}
    keys = Authority(cluster.paths.pki)
    name = f"sa-{int(time.time())}"
    keys.signing_key(name)
    present = [
        argument
        for argument in api_server_arguments(world)
        if argument.startswith("--service-account-key-file=")
    ]
    restart_api_server(world, name, present)
    # A kubelet asks for new tokens when it starts; it would do so by itself within an hour.
    for number in cluster.plan.numbers:
        cluster.stop(f"node{number}.kubelet")
        cluster.start(f"node{number}.kubelet")
        wait_heartbeat(world, number)
    for number, token in old.items():
        wait_until(
            f"a new token in the controller's files on node{number}",
            lambda: credential(world, number, "token") != token,
            180,
        )
    stood = counts(world, STANDS)
    restart_api_server(world, name)
    expect(status_with_token(cluster, old[1]) == 401, "the API server still takes tokens of the old key")
    wait_said(world, STANDS, stood, KINDS)
    world.note("tokens of the old key are refused, and all watches stand with new ones")


def api_server_arguments(world: World) -> list[str]:
    return Path(f"/proc/{world.cluster.processes.pid('apiserver')}/cmdline").read_text().split("\0")


def restart_api_server(world: World, key: str = "", also_taken: list[str] | None = None) -> None:
    """With the key of this name for tokens, if given; `also_taken` are options for those of older keys."""
    cluster = world.cluster
    cluster.stop("apiserver")
    if key:
        program = api_server(cluster.paths, cluster.plan)
        kept = [
            argument
            for argument in program.argv
            if not argument.startswith("--service-account-") or "issuer" in argument
        ]
        pki = cluster.paths.pki
        argv = [
            *kept,
            f"--service-account-key-file={pki}/{key}.pub",
            f"--service-account-signing-key-file={pki}/{key}.key",
            *(also_taken or []),
        ]
        cluster.processes.add(dataclasses.replace(program, argv=argv))
    else:
        cluster.start("apiserver")
    cluster.wait_api()


def credential(world: World, number: int, name: str) -> str:
    """A file of the ServiceAccount's volume, as the controller's container on that node sees it."""
    pod = controller.pods(world.cluster)[number]
    uid = world.get("pod", "-n", controller.NAMESPACE, pod)["metadata"]["uid"]
    holder = world.cluster.processes.pid(f"node{number}")
    volumes = Path(f"/proc/{holder}/root/var/lib/kubelet/pods/{uid}/volumes/kubernetes.io~projected")
    return next(volumes.glob(f"*/{name}")).read_text()
