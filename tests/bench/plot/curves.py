# SPDX-License-Identifier: Apache-2.0
"""Which curves are drawn from which rows."""

from pathlib import Path


def draw_all(figures: Path, pictures: Path) -> list[Path]:
    return []
