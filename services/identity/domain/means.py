"""Means of sign-in and the assurance levels of CSAM's FAS."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from contracts.errors import LevelTooLow
from contracts.identity import Means, MeansUnavailable

LEVELS: Final = (100, 200, 350, 400, 450, 500)
LOWEST_LEVEL: Final = LEVELS[0]
HIGHEST_LEVEL: Final = LEVELS[-1]


def asked_level(minimum: int) -> int:
    """The lowest level of FAS that is enough."""
    return next(level for level in LEVELS if level >= minimum)


def require_usable(offered: Iterable[Means], *, name: str, minimum_level: int) -> None:
    """Raises MeansUnavailable or LevelTooLow."""
    chosen = next((means for means in offered if means.name == name), None)
    if chosen is None or not chosen.available:
        raise MeansUnavailable(means=name)
    require_level(chosen.level, minimum=minimum_level)


def require_level(held: int, *, minimum: int) -> None:
    if held < minimum:
        raise LevelTooLow(required=minimum, held=held)
