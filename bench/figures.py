"""The arithmetic of the measurements. Standard library only: every program of a benchmark uses it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

PERCENTILES = (50, 95, 99)


def percentile(values: Sequence[float], percent: float) -> float:
    """By nearest rank: the least of the values that ``percent`` per cent of them do not exceed."""
    if not values:
        raise ValueError("a percentile of nothing")
    rank = max(1, math.ceil(len(values) * percent / 100))
    return sorted(values)[rank - 1]


def median_of_rounds(rounds: Sequence[float]) -> float:
    """The middle one, so that a round disturbed by something else on the machine counts for nothing."""
    return median(rounds)


def percentile_of_rounds(rounds: Sequence[Sequence[float]], percent: float) -> float:
    """The median over the rounds of each round's percentile."""
    return median_of_rounds([percentile(values, percent) for values in rounds])


def significant(value: float, digits: int = 3) -> float:
    """Rounded to what a measurement can bear; whole numbers above 10^digits stay whole."""
    if value == 0 or not math.isfinite(value):
        return value
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return round(value, max(places, 0))
