# SPDX-License-Identifier: Apache-2.0
"""Puts figures into docs/performance.md, between marks; what stands there is never written by hand.

  <!-- table core metric=CPU policies=1000 case="engine: *" rows=case columns=pods [spread] -->
  <!-- end -->

becomes a table of the rows of docs/performance/core.json that have all this; `spread` adds the tenth and ninetieth
percentile. In a line, <!-- value core case=… metric=… pods=… -->12 µs<!-- end --> is one figure, or "–" where it was
not measured. <!-- run core --> … <!-- end --> says of what, where and when.
"""

import re
import shlex
from collections.abc import Mapping, Sequence

from figures import Row, Run, as_number, select, with_unit

MARK = re.compile(r"<!-- (table|value|run) (.*?) -->(.*?)<!-- end -->", re.DOTALL)
NOTHING = "–"


class PageError(Exception):
    pass


def fill(text: str, runs: Mapping[str, Run]) -> str:
    def filled(match: re.Match[str]) -> str:
        kind, query, _ = match.groups()
        run, options = _parse(query)
        made = {"table": _table, "value": _value, "run": _run}[kind](runs.get(run), options)
        inside = f"\n\n{made}\n\n" if kind == "table" else made
        return f"<!-- {kind} {query} -->{inside}<!-- end -->"

    return MARK.sub(filled, text)


def _parse(query: str) -> tuple[str, dict[str, str]]:
    run, *words = shlex.split(query)
    return run, {name: value for name, _, value in (word.partition("=") for word in words)}


def _table(run: Run | None, options: dict[str, str]) -> str:
    try:
        down, across = options.pop("rows"), options.pop("columns")
    except KeyError as missing:
        raise PageError(f"a table without {missing}: {options}") from missing
    spread = options.pop("spread", None) is not None
    rows = select(run.rows, options) if run else []
    if not rows:
        return "(not measured)"
    columns = sorted({row.part(across) for row in rows}, key=as_number)
    lines = list(dict.fromkeys(row.part(down) for row in rows))
    head = [down, *(f"{_named(across, column)}" for column in columns)]
    body = [[_named(down, line), *(_cell(rows, {down: line, across: column}, spread) for column in columns)] for line in lines]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [head, ["---"] * len(head), *body])


def _named(name: str, value: str) -> str:
    return f"{int(value):,} {name}" if value.isdigit() else value


def _cell(rows: Sequence[Row], place: Mapping[str, str], spread: bool) -> str:
    return ", ".join(_text(row, spread) for row in rows if all(row.part(name) == value for name, value in place.items()))


def _text(row: Row, spread: bool) -> str:
    text = with_unit(row.value, row.unit)
    if spread and row.samples > 1:
        text += f" ({with_unit(row.low, row.unit)} to {with_unit(row.high, row.unit)})"
    return text


def _value(run: Run | None, options: dict[str, str]) -> str:
    part = options.pop("part", "value")
    rows = select(run.rows, options) if run else []
    if len(rows) > 1:
        raise PageError(f"{len(rows)} rows are meant by {options}")
    if not rows:
        return NOTHING
    return with_unit({"value": rows[0].value, "low": rows[0].low, "high": rows[0].high}[part], rows[0].unit)


def _run(run: Run | None, _options: dict[str, str]) -> str:
    if not run:
        return "(not measured)"
    quick = "; a quick run, whose figures say little" if run.quick else ""
    return f"commit {run.commit}, {run.date}, on {run.machine}{quick}"
