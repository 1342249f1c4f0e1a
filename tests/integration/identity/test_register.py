"""The domicile follows the National Register, which may be away."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from contracts.identity import Domicile
from services.identity import commands
from services.identity.gateways.register import Register
from tests.cast import AMELIE
from tests.integration.identity.conftest import SignIn
from tests.integration.identity.house import House

# A port that only the system may open, and does not.
AWAY = Register("http://127.0.0.1:1")

Refresh = Callable[..., Domicile | None]


@pytest.fixture
def refresh(house: House, amelie: UUID) -> Refresh:
    def refresh(register: Register | None = None) -> Domicile | None:
        commands.refresh_from_register(
            house.work(), person_id=amelie, register=register or house.gateways.register, now=house.now
        )
        return house.profile(amelie).domicile

    return refresh


def test_what_was_read_a_day_ago_is_read_again(house: House, refresh: Refresh) -> None:
    first = refresh()
    house.later(hours=23)
    assert refresh() == first
    house.later(hours=1)

    again = refresh()

    assert first is not None
    assert again is not None
    assert (first.read_at, again.read_at) == (house.now.replace() - (again.read_at - first.read_at), house.now)
    assert (again.read_at - first.read_at).days == 1


def test_while_the_register_is_away_the_last_value_shows_and_it_is_said(
    house: House, amelie: UUID, refresh: Refresh
) -> None:
    first = refresh()
    house.later(days=2)

    assert refresh(AWAY) == first
    profile = house.profile(amelie)
    assert profile.is_register_away
    assert profile.register_read_at == (first.read_at if first else None)

    # It is asked again soon, but not by every page.
    house.later(minutes=9)
    assert refresh() == first
    house.later(minutes=1)
    assert refresh() != first
    assert not house.profile(amelie).is_register_away


def test_a_first_sign_in_without_the_register_reads_it_later(house: House, sign_in: SignIn) -> None:
    register = house.gateways.register
    object.__setattr__(house.gateways, "register", AWAY)
    person_id = house.present(sign_in(AMELIE)).person_id
    profile = house.profile(person_id)
    assert (profile.domicile, profile.register_read_at, profile.is_register_away) == (None, None, True)
    house.later(minutes=10)

    commands.refresh_from_register(house.work(), person_id=person_id, register=register, now=house.now)

    profile = house.profile(person_id)
    assert profile.domicile is not None
    assert (profile.register_read_at, profile.is_register_away) == (house.now, False)
