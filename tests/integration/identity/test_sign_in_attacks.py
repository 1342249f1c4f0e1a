"""What somebody could try with the pieces of a sign-in."""

from __future__ import annotations

import pytest

from contracts.identity import ProviderRefused, SignInUnknown
from tests.cast import AMELIE, BERNARD
from tests.integration.identity.house import House
from tests.support.neighbours import Neighbours


def test_the_code_of_one_browser_is_of_no_use_in_another(house: House, csam: Neighbours, callback: str) -> None:
    hers, another = house.begin(callback_url=callback), house.begin(callback_url=callback)
    back = csam.choose(hers.authorization_url, AMELIE, "itsme")

    with pytest.raises(SignInUnknown):
        house.complete(**back, browser_secret=another.browser_secret)
    # Neither is it spoilt for her.
    house.complete(**back, browser_secret=hers.browser_secret)


def test_a_code_that_was_slipped_into_another_sign_in_is_refused(house: House, csam: Neighbours, callback: str) -> None:
    attackers, victims = house.begin(callback_url=callback), house.begin(callback_url=callback)
    stolen = csam.choose(attackers.authorization_url, BERNARD, "itsme")["code"]

    # PKCE: the code was asked for with the challenge of the attacker's browser.
    with pytest.raises(ProviderRefused):
        house.complete(state=victims.state, code=stolen, browser_secret=victims.browser_secret)


def test_a_state_is_used_once(house: House, csam: Neighbours, callback: str) -> None:
    begun = house.begin(callback_url=callback)
    house.complete(**csam.choose(begun.authorization_url, AMELIE, "itsme"), browser_secret=begun.browser_secret)
    again = csam.choose(begun.authorization_url, BERNARD, "itsme")

    with pytest.raises(SignInUnknown):
        house.complete(**again, browser_secret=begun.browser_secret)


def test_an_unknown_state_is_refused(house: House) -> None:
    with pytest.raises(SignInUnknown):
        house.complete(state="guessed", code="code", browser_secret="guessed")


def test_after_ten_minutes_it_is_too_late(house: House, csam: Neighbours, callback: str) -> None:
    begun = house.begin(callback_url=callback)
    back = csam.choose(begun.authorization_url, AMELIE, "itsme")
    house.later(minutes=10)

    with pytest.raises(SignInUnknown):
        house.complete(**back, browser_secret=begun.browser_secret)


def test_the_way_back_does_not_revive_a_session_that_was_ended(house: House, csam: Neighbours, callback: str) -> None:
    begun = house.begin(callback_url=callback)
    back = csam.choose(begun.authorization_url, AMELIE, "itsme")
    house.sign_out(house.complete(**back, browser_secret=begun.browser_secret).session_token)

    with pytest.raises(SignInUnknown):
        house.complete(**back, browser_secret=begun.browser_secret)
