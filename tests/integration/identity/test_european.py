"""The first sign-in with eIDAS, at the stand-in for CSAM and at a provider that vouches for whom a test wants."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chassis.limits import LIMITED
from contracts.errors import TooManyAttempts, Unavailable
from contracts.events import ActorFacts
from contracts.identifiers import NationalNumber
from contracts.identity import (
    LinkingUnknown,
    NumberNotHers,
)
from services.identity import commands, queries
from services.identity.gateways.register import Register
from services.identity.storage import tables
from tests.cast import AMELIE, CHANTAL, FABIENNE, JOHANNA
from tests.integration.identity.europeans import (
    TELEPHONE,
    arrive,
    count_of,
    give,
    signed_in,
)
from tests.integration.identity.europeans import hall as hall
from tests.integration.identity.europeans import provider_of_europeans as provider_of_europeans
from tests.integration.identity.house import House
from tests.integration.identity.provider import CALLBACK, WickedProvider
from tests.integration.identity.test_attacks_enumeration import refusal_of
from tests.support.neighbours import Neighbours
from tests.support.statements import note_statements


def test_at_csam_the_first_time_asks_for_a_number_and_the_second_does_not(
    house: House, csam: Neighbours, callback: str
) -> None:
    begun = house.begin(callback_url=callback, return_to="/demarches/aide")
    first = house.complete(
        **csam.choose(begun.authorization_url, JOHANNA, "eidas"), browser_secret=begun.browser_secret
    )
    assert (first.session_token, first.return_to) == (None, "/demarches/aide")
    view = queries.get_linking(house.work(), linking_token=first.linking_token or "", now=house.now)
    assert (view.given_name, view.country, view.birth_on) == ("Johanna", "DE", JOHANNA.birth_on)

    linked = give(house, first.linking_token)
    assert linked.return_to == "/demarches/aide"
    person_id = signed_in(house, linked)

    begun = house.begin(callback_url=callback)
    again = house.complete(
        **csam.choose(begun.authorization_url, JOHANNA, "eidas"), browser_secret=begun.browser_secret
    )
    assert (signed_in(house, again), again.linking_token) == (person_id, None)
    profile = house.profile(person_id)
    assert profile.national_number == JOHANNA.national_number
    assert profile.domicile is not None
    assert profile.domicile.commune == "Eupen"
    assert profile.european is not None
    assert (profile.european.country, profile.european.telephone) == ("DE", TELEPHONE)


def test_she_is_who_she_was_by_her_other_means(hall: House, provider: WickedProvider) -> None:
    by_number = signed_in(hall, arrive(hall, provider, {"egovNRN": str(JOHANNA.national_number)}))

    assert signed_in(hall, give(hall, arrive(hall, provider).linking_token)) == by_number


def test_she_is_told_that_her_identity_was_linked(hall: House, provider: WickedProvider) -> None:
    give(hall, arrive(hall, provider).linking_token)

    (told,) = hall.announced("european_identity_linked")
    assert (told.body["country"], told.body["language"]) == ("DE", "de")
    assert hall.unseal(told.body) == {"email": "johanna@example.org"}


def test_neither_number_nor_identifier_rests_in_clear(hall: House, provider: WickedProvider) -> None:
    give(hall, arrive(hall, provider).linking_token)

    at_rest = hall.everything_at_rest()
    assert "70C3A1D2E4" not in at_rest
    assert JOHANNA.national_number not in at_rest


def test_the_form_sent_twice_gives_one_session(hall: House, provider: WickedProvider) -> None:
    begun = arrive(hall, provider)
    with ThreadPoolExecutor(4) as crowd:
        tokens = set(crowd.map(lambda _: give(hall, begun.linking_token).session_token, range(4)))

    assert len(tokens) == 1
    assert count_of(hall, tables.sessions) == 1


def test_the_answer_of_the_provider_sent_twice_asks_once(hall: House, provider: WickedProvider) -> None:
    begun = hall.begin(callback_url=CALLBACK)
    back = provider.consent(begun.authorization_url)

    answers = [hall.complete(**back, browser_secret=begun.browser_secret) for _ in range(2)]

    assert answers[0] == answers[1]
    assert count_of(hall, tables.linkings) == 1


def test_another_number_is_refused_alike_whosever_it_is(hall: House, provider: WickedProvider) -> None:
    """Somebody else's, nobody's, an agent's, and one that was mentioned here before."""
    commands.refer_to(hall.work(), national_number=CHANTAL.national_number, now=hall.now)
    seen, asked = [], note_statements(hall.runtime.engine)
    for number in (AMELIE.national_number, "80010199877", FABIENNE.national_number, CHANTAL.national_number):
        token = arrive(hall, provider).linking_token
        asked.clear()
        refusal = refusal_of(lambda token=token, number=number: give(hall, token, str(NationalNumber.parse(number))))
        seen.append((refusal, list(asked)))

    assert seen == [seen[0]] * 4
    assert seen[0][0][:3] == (NumberNotHers, "number_not_hers", {})
    assert count_of(hall, tables.sessions) == 0


def test_numbers_are_not_found_by_trying(hall: House, provider: WickedProvider) -> None:
    limited = LIMITED.labels("identity", "number_of_european")._value.get()
    for _ in range(commands.european.NUMBERS_GIVEN):
        with pytest.raises(NumberNotHers):
            # Each time by a new sign-in: the tries are those of the identity.
            give(hall, arrive(hall, provider).linking_token, AMELIE.national_number)

    with pytest.raises(TooManyAttempts) as refusal:
        give(hall, arrive(hall, provider).linking_token)
    assert refusal.value.details["again_at"]
    assert LIMITED.labels("identity", "number_of_european")._value.get() == limited + 1
    hall.later(days=1)
    give(hall, arrive(hall, provider).linking_token)


def test_while_the_register_is_away_nobody_is_linked(hall: House, provider: WickedProvider) -> None:
    begun = arrive(hall, provider)

    for _ in range(2 * commands.european.NUMBERS_GIVEN):
        with pytest.raises(Unavailable):
            give(hall, begun.linking_token, register=Register("http://127.0.0.1:1"))

    assert give(hall, begun.linking_token).session_token


def test_who_had_an_account_is_told_where_she_was_written_to_before(hall: House, provider: WickedProvider) -> None:
    by_number = signed_in(hall, arrive(hall, provider, {"egovNRN": str(JOHANNA.national_number)}))
    hall.create_space(by_number, "known@example.org")
    hall.confirm(hall.mail()["secret"])

    give(hall, arrive(hall, provider).linking_token)

    (told,) = hall.announced("european_identity_linked")
    assert told.body["is_known"] is True
    # What she typed is nobody's address but the mail's.
    assert hall.profile(by_number).csam_email is None


@pytest.mark.parametrize("token", ["", "x", "a session token"])
def test_who_did_not_come_from_the_provider_links_nothing(hall: House, token: str) -> None:
    with pytest.raises(LinkingUnknown):
        give(hall, token)


def test_after_half_an_hour_she_begins_again(hall: House, provider: WickedProvider) -> None:
    begun = arrive(hall, provider)
    hall.later(minutes=31)

    with pytest.raises(LinkingUnknown):
        give(hall, begun.linking_token)


def test_what_waited_too_long_is_forgotten(hall: House, provider: WickedProvider) -> None:
    arrive(hall, provider)
    hall.later(days=31)

    commands.forget_what_is_over(hall.work(), now=hall.now)

    assert (count_of(hall, tables.linkings), count_of(hall, tables.european_identities)) == (0, 0)


def test_with_her_account_her_european_identity_goes(hall: House, provider: WickedProvider) -> None:
    person_id = signed_in(hall, give(hall, arrive(hall, provider).linking_token))
    herself = ActorFacts(person_id=person_id, level=450)
    commands.request_account_deletion(hall.work(herself), person_id=person_id, roles=[], reason="", now=hall.now)
    hall.later(days=31)
    commands.carry_out_deletions(hall.work(), sealer=hall.gateways.sealer, now=hall.now)

    assert count_of(hall, tables.european_identities) == 0
    back = arrive(hall, provider)
    assert back.session_token is None
    assert signed_in(hall, give(hall, back.linking_token)) == person_id
