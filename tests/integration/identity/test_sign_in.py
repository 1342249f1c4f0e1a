"""Signing in at the real stand-in for CSAM, and what somebody else could try with the pieces."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import requests
import sqlalchemy as sa

from contracts.errors import CommandIdReused, LevelTooLow
from contracts.identity import MeansUnavailable, SignInBegun
from services.identity import commands
from services.identity.gateways.register import Register
from services.identity.storage import tables
from tests.cast import AMELIE, BERNARD, DAVID, FABIENNE
from tests.integration.identity.conftest import SignIn
from tests.integration.identity.house import House
from tests.support.neighbours import Neighbours

# A port that only the system may open, and does not.
NOBODY_LISTENS = "http://127.0.0.1:1"


def asked_of(begun: SignInBegun) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(begun.authorization_url).query).items()}


def test_a_person_signs_in_with_her_means(house: House, sign_in: SignIn) -> None:
    presence = house.present(sign_in(AMELIE, "itsme"))

    assert (presence.given_name, presence.surname, presence.language) == ("Amélie", "Dubois", "fr")
    assert (presence.level, presence.roles, presence.citizen_space) == (450, [], "absent")
    assert presence.notices_to_show == ["news:1"]


def test_an_agent_has_the_role_that_csam_vouches_for(house: House, sign_in: SignIn) -> None:
    assert house.present(sign_in(FABIENNE)).roles == ["agent"]


def test_the_language_of_csam_is_the_first(house: House, sign_in: SignIn) -> None:
    assert house.present(sign_in(DAVID)).language == "nl"


def test_the_wish_comes_back_with_the_session(house: House, csam: Neighbours, callback: str) -> None:
    begun = house.begin(callback_url=callback, return_to="/demarches/aide?etape=2")
    back = csam.choose(begun.authorization_url, AMELIE, "itsme")

    assert house.complete(**back, browser_secret=begun.browser_secret).return_to == "/demarches/aide?etape=2"


def test_the_provider_is_asked_for_the_level_the_means_and_the_proofs(house: House, callback: str) -> None:
    asked = asked_of(house.begin(callback_url=callback, means="itsme", minimum_level=401))

    assert asked["acr_values"] == "urn:be:fedict:iam:fas:Level450"
    assert (asked["login_hint"], asked["code_challenge_method"], asked["response_type"]) == ("itsme", "S256", "code")
    assert set(asked["scope"].split()) >= {"openid", "profile", "egovnrn"}
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3


def test_the_domicile_of_the_national_register_is_read(house: House, sign_in: SignIn) -> None:
    presence = house.present(sign_in(AMELIE))

    domicile = house.profile(presence.person_id).domicile

    assert domicile is not None
    assert (domicile.commune, domicile.nis_code, domicile.province) == ("Namur", "92094", "Namur")
    assert domicile.read_at == house.now


def test_a_repeat_gives_the_same_session(house: House, csam: Neighbours, callback: str) -> None:
    begun = house.begin(callback_url=callback)
    back = csam.choose(begun.authorization_url, AMELIE, "itsme")

    first = house.complete(**back, browser_secret=begun.browser_secret)
    second = house.complete(**back, browser_secret=begun.browser_secret)

    assert first == second
    assert house.present(first.session_token).session_id == house.present(second.session_token).session_id


def test_two_clicks_at_once_make_one_session(house: House, csam: Neighbours, callback: str) -> None:
    begun = house.begin(callback_url=callback)
    back = csam.choose(begun.authorization_url, AMELIE, "itsme")

    with ThreadPoolExecutor(6) as clicks:
        answers = [clicks.submit(house.complete, **back, browser_secret=begun.browser_secret) for _ in range(6)]
    tokens = {answer.result().session_token for answer in answers}

    assert len(tokens) == 1
    with house.work() as work:
        assert work.execute(sa.select(sa.func.count()).select_from(tables.sessions)).scalar_one() == 1


def test_the_same_person_signs_in_in_two_browsers_at_once(house: House, sign_in: SignIn) -> None:
    with ThreadPoolExecutor(4) as browsers:
        tokens = [browser.result() for browser in [browsers.submit(sign_in, BERNARD) for _ in range(4)]]

    presences = [house.present(token) for token in tokens]
    assert len({presence.person_id for presence in presences}) == 1
    assert len({presence.session_id for presence in presences}) == 4


def test_beginning_again_with_the_same_command_gives_the_same_answer(house: House, callback: str) -> None:
    command_id = uuid4()

    assert house.begin(callback_url=callback, command_id=command_id) == house.begin(
        callback_url=callback, command_id=command_id
    )
    with pytest.raises(CommandIdReused):
        house.begin(callback_url=callback, command_id=command_id, return_to="/elsewhere")


def test_every_sign_in_gives_another_token(sign_in: SignIn) -> None:
    assert sign_in(AMELIE) != sign_in(AMELIE)


def test_a_means_that_an_operator_took_away_is_refused(house: House, callback: str) -> None:
    commands.set_means_availability(house.work(), means="itsme", available=False)

    with pytest.raises(MeansUnavailable):
        house.begin(callback_url=callback, means="itsme")
    house.begin(callback_url=callback, means="eid")
    commands.set_means_availability(house.work(), means="itsme", available=True)
    house.begin(callback_url=callback, means="itsme")


def test_a_means_below_the_level_is_refused_before_anybody_is_bothered(house: House, callback: str) -> None:
    with pytest.raises(LevelTooLow):
        house.begin(callback_url=callback, means="email", minimum_level=400)


def test_the_provider_may_change_its_keys(house: House, csam: Neighbours, sign_in: SignIn) -> None:
    sign_in(AMELIE)
    requests.post(f"{csam.csam_url}/rotate-keys", {"forget": "1"}, timeout=5).raise_for_status()

    assert house.present(sign_in(BERNARD)).given_name == "Bernard"


def test_no_secret_and_no_national_number_rests_in_clear(house: House, csam: Neighbours, callback: str) -> None:
    begun = house.begin(callback_url=callback)
    back = csam.choose(begun.authorization_url, AMELIE, "itsme")
    token = house.complete(**back, browser_secret=begun.browser_secret).session_token
    asked = asked_of(begun)

    at_rest = house.everything_at_rest()

    assert "Dubois" in at_rest
    secrets = (token, begun.state, begun.browser_secret, back["code"], asked["nonce"], AMELIE.national_number)
    assert [secret for secret in secrets if secret in at_rest] == []


def test_who_comes_back_is_the_same_person_with_what_the_provider_says_now(house: House, sign_in: SignIn) -> None:
    first = house.present(sign_in(AMELIE))
    with house.work() as work:
        work.execute(sa.update(tables.people).values(surname="Ancien", csam_email=None))
    house.later(minutes=1)

    second = house.present(sign_in(AMELIE))

    assert second.person_id == first.person_id
    assert house.profile(first.person_id).csam_email == "amelie@example.org"
    assert second.surname == "Dubois"


def test_the_last_known_domicile_stays_while_the_register_is_away(house: House, sign_in: SignIn) -> None:
    person_id = house.present(sign_in(AMELIE)).person_id
    read_at = house.now
    house.runtime.gateways = dataclasses.replace(house.gateways, register=Register(NOBODY_LISTENS))
    house.later(seconds=20)

    presence = house.present(sign_in(AMELIE))

    domicile = house.profile(person_id).domicile
    assert presence.person_id == person_id
    assert domicile is not None
    assert domicile.commune == "Namur"
    assert domicile.read_at == read_at
