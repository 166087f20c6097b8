# SPDX-License-Identifier: Apache-2.0
"""The command line: what to do is read here, how it is done is elsewhere. Only this file prints errors and
sets the exit status: 0, 1 where something failed, 2 for a wrong command line.
"""

import argparse
import os
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import get_args

from scenarios import runner as scenarios

from . import api_versions, build, conformance, report, smoke, suite
from .cluster import Cluster
from .paths import IMAGE_ARCHIVE
from .plan import KUBERNETES, Cni, Family, Plan, ProxyMode
from .records import Controller, Record
from .shell import BedError

Verb = Callable[[argparse.Namespace], int]


def main(arguments: list[str]) -> int:
    args = parser().parse_args(arguments)
    verb: Verb = args.verb
    try:
        if args.root and os.geteuid() != 0:
            raise BedError("this needs root: network namespaces and containers")
        return verb(args)
    except BedError as error:
        print(f"cluster: {error}", file=sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="cluster", description="A real Kubernetes on this machine, for tests.")
    verbs = top.add_subparsers(required=True, metavar="VERB")
    _add_plan(_add(verbs, "up", "bring it up, in the place of one of the same name", up), nodes=0)
    _add_build(verbs)
    _add(verbs, "down", "end it and remove all that it made", down)
    _add(verbs, "env", 'print what a shell needs: eval "$(tests/cluster/cluster env)"', env)
    load = _add(verbs, "load", "load the controller's image into the nodes", load_image)
    load.add_argument(
        "archive", nargs="?", type=Path, default=IMAGE_ARCHIVE, help="docker-archive (%(default)s)"
    )
    _add_suite(verbs)
    scenarios.add_arguments(
        _add(verbs, "test", "disturb the running cluster, judged by probes", scenarios.run_chosen)
    )
    _add_plan(
        _add(verbs, "smoke", "two nodes, the controller, a sample of everything, then down", run_smoke),
        nodes=2,
    )
    _add_conformance(verbs)
    return top


Verbs = argparse._SubParsersAction  # typeshed gives it no public name


def _add(
    verbs: "Verbs[argparse.ArgumentParser]", name: str, text: str, verb: Verb, root: bool = True
) -> argparse.ArgumentParser:
    added: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text)
    added.set_defaults(verb=verb, root=root)
    return added


def _add_plan(added: argparse.ArgumentParser, nodes: int) -> None:
    default = Plan()
    added.add_argument(
        "--nodes", type=int, default=nodes, help="0 to 2 (%(default)s); 0 is etcd and the API server alone"
    )
    added.add_argument("--family", choices=get_args(Family), default=default.family)
    added.add_argument("--cni", choices=get_args(Cni), default=default.cni)
    added.add_argument("--proxy", choices=get_args(ProxyMode), default=default.proxy)
    added.add_argument("--k8s", metavar="VERSION", default=KUBERNETES, help="(%(default)s)")


def _plan(args: argparse.Namespace) -> Plan:
    return Plan(args.nodes, args.family, args.cni, args.proxy, args.k8s)


def _add_build(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    added = _add(
        verbs, "build", "build etcd, kube-apiserver and kubectl into the cache", build_binaries, root=False
    )
    added.add_argument("--nodes", action="store_true", help="also what nodes need")
    added.add_argument("--suites", action="store_true", help="also the public suites")
    added.add_argument("--k8s", metavar="VERSION", default=KUBERNETES, help="(%(default)s)")


def build_binaries(args: argparse.Namespace) -> int:
    build.build(args.k8s, args.nodes, args.suites)
    return 0


def _add_suite(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    added = _add(verbs, "suite", "run a public suite against the running cluster", run_suite)
    added.add_argument("name", choices=sorted(suite.SUITES))
    added.add_argument(
        "arguments",
        nargs=argparse.REMAINDER,
        metavar="...",
        help="given on to it: --cases=1-9, --procs=2, --focus=X",
    )


def run_suite(args: argparse.Namespace) -> int:
    record = suite.run(Cluster(), args.name, args.arguments)
    return 1 if record.result.failed or not record.result.passed else 0


def run_smoke(args: argparse.Namespace) -> int:
    return smoke.run(_plan(args))


def _add_conformance(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    added = _add(verbs, "conformance", "bring clusters up and run the suites on them", run_conformance)
    added.add_argument(
        "steps", nargs="*", metavar="STEP", help=f"of {', '.join(conformance.STEPS)}; all without one"
    )
    versions = _add(
        verbs, "api-versions", "the controller against the oldest and the newest API server", run_versions
    )
    versions.add_argument(
        "versions", nargs="*", default=[api_versions.OLDEST, api_versions.NEWEST], help="(%(default)s)"
    )
    page = _add(verbs, "report", "make docs/conformance.md from the records of runs", make_report, root=False)
    page.add_argument("--check", action="store_true", help="only say whether it is up to date")
    page.add_argument(
        "--keep",
        nargs="+",
        type=Path,
        default=[],
        metavar="RECORD",
        help="copy records to docs/conformance first",
    )


def run_conformance(args: argparse.Namespace) -> int:
    return _verdict(conformance.run(args.steps or list(conformance.STEPS)))


def run_versions(args: argparse.Namespace) -> int:
    for version in args.versions:
        build.build(version, nodes=False, suites=False)
    return _verdict([api_versions.run_version(version, suite.RESULTS) for version in args.versions])


def _verdict(records: list[Record]) -> int:
    """Without a controller a suite has to fail."""
    wrong = [
        record for record in records if (not record.result.failed) == (record.controller == Controller())
    ]
    for record in wrong:
        print(f"not as it has to be: {record.file_name()}: {record.result.summary()}")
    return 1 if wrong else 0


def make_report(args: argparse.Namespace) -> int:
    report.keep(args.keep)
    if args.check:
        if not report.check_page():
            raise BedError("docs/conformance.md is not what the records give: tests/cluster/cluster report")
    else:
        report.write_page()
    return 0


def up(args: argparse.Namespace) -> int:
    Cluster().up(_plan(args))
    print('eval "$(tests/cluster/cluster env)"')
    if args.nodes:
        print("kubectl apply -k manifests")
    return 0


def down(_: argparse.Namespace) -> int:
    Cluster().down()
    return 0


def env(_: argparse.Namespace) -> int:
    variables = Cluster().environment()
    first = shlex.quote(variables.pop("PATH"))
    print(
        "export",
        *(f"{name}={shlex.quote(value)}" for name, value in variables.items()),
        f"PATH={first}:$PATH",
    )
    return 0


def load_image(args: argparse.Namespace) -> int:
    Cluster().load_image(args.archive)
    return 0
