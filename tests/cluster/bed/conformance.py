# SPDX-License-Identifier: Apache-2.0
"""Which suites are run in which mode for docs/conformance.md: all of both in the mode that most clusters are
like, a sample in the others, and a sample without the controller, where whatever a policy denies must fail.

A sample has every kind of case at least once: the numbers and names below are its only definition.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import controller, suite
from .cluster import Cluster
from .plan import Plan
from .records import Record

# Isolation, peers by label, blocks with exceptions, ports by number and name, ranges, changes while it runs.
CASES = "--cases=1,7-9,12,16,24,45,77,90,122,149,150,176,177,193-202"
SPECS = (
    "--focus=Netpol.*(default-deny-all|based on PodSelector and NamespaceSelector|named port|except clause|"
    "multiple policies|SCTP|UDP)"
)
# Each of these denies something, so none can pass where nobody enforces.
DENYING_SPECS = "--focus=Netpol.*(default-deny-all|based on PodSelector with MatchExpressions)"
DENYING_CASES = "--cases=1-7,193-199"


@dataclass(frozen=True)
class Step:
    """`controlled` is whether the controller is deployed first."""

    plan: Plan
    suites: Sequence[tuple[str, Sequence[str]]]
    controlled: bool = True


MAIN = Plan(nodes=2)
SAMPLE = (("cyclonus", (CASES,)), ("netpol", (SPECS,)))
STEPS = {
    "full": Step(MAIN, (("cyclonus", ()), ("netpol", ()), ("cyclonus", (CASES, "--family=ipv6")))),
    "none": Step(MAIN, (("cyclonus", (DENYING_CASES,)), ("netpol", (DENYING_SPECS,))), controlled=False),
    "ptp": Step(Plan(nodes=2, cni="ptp"), SAMPLE),
    "nftables": Step(Plan(nodes=2, proxy="nftables"), SAMPLE),
    "ipv6": Step(Plan(nodes=2, family="ipv6"), SAMPLE),
    "ipv4-ptp-nftables": Step(Plan(nodes=2, family="ipv4", cni="ptp", proxy="nftables"), SAMPLE),
}


def run(names: Sequence[str], folder: Path = suite.RESULTS) -> list[Record]:
    """Leaves no cluster; a step that fails does not keep the next from being run."""
    cluster, records = Cluster(), []
    try:
        for name in names:
            step = STEPS[name]
            cluster.up(step.plan)
            if step.controlled:
                controller.deploy(cluster)
            records += [suite.run(cluster, one, arguments, folder) for one, arguments in step.suites]
    finally:
        cluster.down()
    return records
