# SPDX-License-Identifier: Apache-2.0
"""Which pictures are drawn from which rows. A curve is a case; a picture whose rows are not there is not drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from figures import Row, Run, load_all, select
from svg import Series, chart


@dataclass(frozen=True)
class Picture:
    name: str
    run: str
    title: str
    x: str  # The parameter along the horizontal axis.
    x_label: str
    rows: Mapping[str, str]  # As for figures.select().


PICTURES: Sequence[Picture] = (
    Picture(
        "core-events",
        "core",
        "One event, 1,000 policies: CPU from the event to the change of the table",
        "pods",
        "pods of the cluster",
        {"metric": "CPU", "policies": "1000", "case": "engine: remote *|engine: local *|engine: policy *|engine: namespace *|reference: remote pod comes|reference: policy of pods here comes"},
    ),
    Picture(
        "core-start",
        "core",
        "The first table, 1,000 policies",
        "pods",
        "pods of the cluster",
        {"metric": "CPU", "policies": "1000", "case": "engine: start|reference: start"},
    ),
    Picture(
        "netlink-chains",
        "netlink",
        "One change in the kernel, by the number of chains",
        "chains",
        "chains of policy groups",
        {"metric": "CPU", "case": "verdict map element added|rule added|chain with map element added|policy comes|generation raised"},
    ),
    Picture(
        "netlink-elements",
        "netlink",
        "One element in the kernel, by the size of its set",
        "elements",
        "elements of the set",
        {"metric": "CPU", "case": "element added|element removed|range added|range removed"},
    ),
    Picture(
        "packets-first",
        "packets",
        "The first packet of a UDP flow, 110 local pods: ratio to conntrack alone",
        "policies",
        "policies that select the pod",
        {"metric": "UDP first, IPv4", "pods": "110", "case": "portcullis|kube-router"},
    ),
    Picture(
        "whole-latency",
        "whole",
        "From a write to the API server to packets, median",
        "pods",
        "pods of the cluster",
        {"metric": "p50", "program": "", "server": "", "case": "policy written, packets dropped|policy deleted, packets pass|pod's address written, its packets pass|pod deleted, its packets dropped"},
    ),
)


def draw_all(figures: Path, pictures: Path) -> list[Path]:
    runs = load_all(figures)
    drawn = []
    for picture in PICTURES:
        text = draw(picture, runs)
        if text:
            path = pictures / f"{picture.name}.svg"
            path.write_text(text, encoding="utf-8")
            drawn.append(path)
    return drawn


def draw(picture: Picture, runs: Mapping[str, Run]) -> str:
    """Empty where there is nothing to draw."""
    run = runs.get(picture.run)
    rows = [row for row in select(run.rows, picture.rows) if row.value > 0] if run else []
    series = _series(picture, rows)
    return chart(picture.title, picture.x_label, rows[0].unit, series) if series else ""


def _series(picture: Picture, rows: Sequence[Row]) -> list[Series]:
    by_case: dict[str, Series] = {}
    for row in rows:
        line = by_case.setdefault(row.case, Series(row.case, dashed=row.case.startswith("reference")))
        line.points.append((float(row.part(picture.x)), row.value))
    for line in by_case.values():
        line.points.sort()
    return list(by_case.values())
