# SPDX-License-Identifier: Apache-2.0
"""The list of scenarios: a function becomes one by the decorator, in the order of the files' import."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .world import World

Body = Callable[["World"], None]


class Fault(Exception):
    """What a scenario found wrong, or that it could not show what it is there to show."""


@dataclass(frozen=True)
class Scenario:
    name: str
    text: str  # The first line of the function's docstring.
    body: Body
    quick: bool


SCENARIOS: dict[str, Scenario] = {}


def scenario(name: str, *, quick: bool = False) -> Callable[[Body], Body]:
    """Registers the function under this name; `quick` ones run in CI's smoke too."""

    def add(body: Body) -> Body:
        text = (body.__doc__ or "").strip().splitlines()[0]
        SCENARIOS[name] = Scenario(name, text, body, quick)
        return body

    return add


def expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Fault(otherwise)
