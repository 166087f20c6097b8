# SPDX-License-Identifier: Apache-2.0
"""The figures that benchmark programs wrote (tests/bench/support/program.h), and how they are chosen from and written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    case: str
    metric: str
    unit: str
    value: float
    low: float
    high: float
    samples: int
    params: Mapping[str, int | str]

    def part(self, name: str) -> str:
        """What the row has under this name, as text; empty where it has nothing."""
        known = {"case": self.case, "metric": self.metric, "unit": self.unit}
        return known[name] if name in known else str(self.params.get(name, ""))


@dataclass(frozen=True)
class Run:
    benchmark: str
    commit: str
    date: str
    machine: str
    quick: bool
    rows: Sequence[Row]


def load(path: Path) -> Run:
    run = json.loads(path.read_text(encoding="utf-8"))
    rows = [
        Row(
            case=row["case"],
            metric=row["metric"],
            unit=row["unit"],
            value=float(row["value"]),
            low=float(row["low"]),
            high=float(row["high"]),
            samples=int(row["samples"]),
            params=row.get("params", {}),
        )
        for row in run["results"]
    ]
    return Run(
        run["benchmark"], run["commit"], run.get("date", ""), run["machine"], bool(run.get("quick")), rows
    )


def load_all(folder: Path) -> dict[str, Run]:
    """By the file's place in the folder, without ".json": "core", "before/core"."""
    return {
        str(path.relative_to(folder).with_suffix("")): load(path) for path in sorted(folder.glob("**/*.json"))
    }


def select(rows: Sequence[Row], wanted: Mapping[str, str]) -> list[Row]:
    """The rows that have all that is wanted. Several words are alternatives: "1000|5000"; a "*" at the end stands for
    any rest.
    """
    return [row for row in rows if all(_matches(row.part(name), want) for name, want in wanted.items())]


def _matches(text: str, want: str) -> bool:
    return any(
        text.startswith(word[:-1]) if word.endswith("*") else text == word for word in want.split("|")
    )


def as_number(text: str) -> tuple[int, float | str]:
    """Sorts numbers by size, before words."""
    try:
        return (0, float(text))
    except ValueError:
        return (1, text)


def number(value: float) -> str:
    """Three digits that count: 1,230 and 12.3 and 0.123."""
    size = abs(value)
    digits = 0 if size >= 100 or value == 0 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{value:,.{digits}f}"


SMALLER = {"µs": ("ns", 1e3), "ms": ("µs", 1e3), "s": ("ms", 1e3)}
LARGER = {"ns": ("µs", 1e3), "µs": ("ms", 1e3), "ms": ("s", 1e3), "bytes": ("kB", 1e3), "kB": ("MB", 1e3)}


def with_unit(value: float, unit: str) -> str:
    """In the unit in which the number is neither long nor tiny."""
    while unit in LARGER and abs(value) >= 1000:
        unit, factor = LARGER[unit]
        value /= factor
    while unit in SMALLER and 0 < abs(value) < 0.1:
        unit, factor = SMALLER[unit]
        value *= factor
    return f"{number(value)} {unit}".rstrip()
