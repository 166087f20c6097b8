# SPDX-License-Identifier: Apache-2.0
"""A chart of lines on logarithmic axes, as SVG; nothing but text is put together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

from figures import with_unit

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 76, 250, 44, 52
COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#7b4b94", "#b8860b", "#4a4e69", "#d1495b", "#00798c", "#8d6a9f", "#5c5c5c")


@dataclass
class Series:
    name: str
    points: list[tuple[float, float]] = field(default_factory=list)
    dashed: bool = False


@dataclass
class Axis:
    label: str
    low: float
    high: float

    @staticmethod
    def around(label: str, values: Sequence[float]) -> "Axis":
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return Axis(label, float(low), float(max(high, low + 1)))

    def share(self, value: float) -> float:
        return (math.log10(value) - self.low) / (self.high - self.low)

    def decades(self) -> list[float]:
        return [10.0**power for power in range(int(self.low), int(self.high) + 1)]


def chart(title: str, x_label: str, unit: str, series: Sequence[Series]) -> str:
    """REQUIRES: every series has a point, every number is above 0."""
    x_axis = Axis.around(x_label, [x for line in series for x, _ in line.points])
    y_axis = Axis.around(unit, [y for line in series for _, y in line.points])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="24" font-size="15" font-weight="bold">{escape(title)}</text>',
        *_grid(x_axis, y_axis),
        *[part for place, line in enumerate(series) for part in _line(place, line, x_axis, y_axis)],
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _x(axis: Axis, value: float) -> float:
    return LEFT + axis.share(value) * (WIDTH - LEFT - RIGHT)


def _y(axis: Axis, value: float) -> float:
    return HEIGHT - BOTTOM - axis.share(value) * (HEIGHT - TOP - BOTTOM)


def _grid(x_axis: Axis, y_axis: Axis) -> list[str]:
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    parts = []
    for value in y_axis.decades():
        y = _y(y_axis, value)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#dddddd"/>')
        parts.append(
            f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{escape(with_unit(value, y_axis.label))}</text>'
        )
    for value in x_axis.decades():
        x = _x(x_axis, value)
        parts.append(f'<path d="M{x:.1f} {TOP}V{bottom}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{value:,.0f}</text>')
    middle = (LEFT + right) / 2
    parts.append(f'<text x="{middle}" y="{HEIGHT - 12}" text-anchor="middle">{escape(x_axis.label)}</text>')
    return parts


def _line(place: int, line: Series, x_axis: Axis, y_axis: Axis) -> list[str]:
    colour = COLOURS[place % len(COLOURS)]
    dash = ' stroke-dasharray="5 4"' if line.dashed else ""
    points = [(_x(x_axis, x), _y(y_axis, y)) for x, y in line.points]
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    legend = TOP + 12 + 18 * place
    return [
        f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>',
        *[f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points],
        f'<path d="M{WIDTH - RIGHT + 14} {legend - 4}h22" stroke="{colour}" stroke-width="2"{dash}/>',
        f'<text x="{WIDTH - RIGHT + 42}" y="{legend}">{escape(line.name)}</text>',
    ]
