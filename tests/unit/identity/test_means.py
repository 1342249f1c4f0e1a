from __future__ import annotations

import pytest

from contracts.errors import LevelTooLow
from contracts.identity import Means, MeansUnavailable
from services.identity.domain import means

OFFERED = [
    Means(name="eid", level=500, available=True),
    Means(name="itsme", level=450, available=False),
    Means(name="sms", level=350, available=True),
]


@pytest.mark.parametrize(("minimum", "asked"), [(0, 100), (100, 100), (201, 350), (400, 400), (401, 450), (500, 500)])
def test_the_lowest_level_that_is_enough_is_asked(minimum: int, asked: int) -> None:
    assert means.asked_level(minimum) == asked


def test_a_means_that_is_away_is_refused_before_the_provider_is_reached() -> None:
    with pytest.raises(MeansUnavailable):
        means.require_usable(OFFERED, name="itsme", minimum_level=100)


def test_a_means_that_is_not_offered_is_refused() -> None:
    with pytest.raises(MeansUnavailable):
        means.require_usable(OFFERED, name="eidas", minimum_level=100)


def test_a_means_below_the_level_that_is_needed_is_refused() -> None:
    with pytest.raises(LevelTooLow) as refusal:
        means.require_usable(OFFERED, name="sms", minimum_level=400)

    assert refusal.value.details == {"required": 400, "held": 350}


def test_a_means_that_gives_enough_is_taken() -> None:
    means.require_usable(OFFERED, name="eid", minimum_level=500)
