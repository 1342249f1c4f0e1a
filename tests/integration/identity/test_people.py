"""People are referred to by an id; their national numbers stay inside."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import sqlalchemy as sa

from contracts.events import ActorFacts
from contracts.identifiers import NationalNumber
from services.identity import commands
from services.identity.storage import tables
from tests.cast import AMELIE, BERNARD, CHANTAL
from tests.integration.identity.conftest import SignIn
from tests.integration.identity.house import House


def refer_to(house: House, number: NationalNumber) -> UUID:
    return commands.refer_to(house.work(), national_number=number, now=house.now)


def test_the_same_number_gives_the_same_person_in_whatever_form_it_is_written(house: House) -> None:
    first = refer_to(house, NationalNumber.parse("85.07.30-033.28"))

    assert refer_to(house, NationalNumber.parse("85073003328")) == first
    assert refer_to(house, CHANTAL.national_number) != first


def test_who_was_mentioned_before_she_signed_in_is_the_same_person(house: House, sign_in: SignIn) -> None:
    mentioned = refer_to(house, CHANTAL.national_number)

    assert house.present(sign_in(CHANTAL)).person_id == mentioned


def test_two_mentions_at_once_make_one_person(house: House) -> None:
    with ThreadPoolExecutor(8) as callers:
        mentions = [callers.submit(refer_to, house, AMELIE.national_number) for _ in range(16)]
    people = {mention.result() for mention in mentions}

    assert len(people) == 1
    with house.work() as work:
        assert work.execute(sa.select(sa.func.count()).select_from(tables.person_numbers)).scalar_one() == 1


def test_neither_the_id_nor_the_row_that_is_written_tells_whether_she_was_known(house: House) -> None:
    known = refer_to(house, AMELIE.national_number)
    house.later(days=1)

    again, new = refer_to(house, AMELIE.national_number), refer_to(house, CHANTAL.national_number)

    # A random id: one made from the time would tell since when.
    assert (known.version, again, new.version) == (4, known, 4)
    with house.work() as work:
        mentioned = work.execute(sa.select(tables.person_numbers.c.mentioned_at)).scalars().all()
    assert set(mentioned) == {house.now}


def test_she_sees_who_mentioned_her(house: House, sign_in: SignIn) -> None:
    bernard = ActorFacts(person_id=house.present(sign_in(BERNARD)).person_id, level=450)
    mentioned = commands.refer_to(house.work(bernard), national_number=CHANTAL.national_number, now=house.now)

    (act,) = house.acts(mentioned)

    assert (act["action"], act["actor"]) == ("refer_to", str(bernard.person_id))


def test_a_national_number_rests_encrypted_and_opens_for_herself(house: House, sign_in: SignIn) -> None:
    person_id = house.present(sign_in(AMELIE)).person_id

    assert AMELIE.national_number not in house.everything_at_rest()
    assert house.profile(person_id).national_number == AMELIE.national_number


def test_her_profile_shows_what_she_cannot_change(house: House, sign_in: SignIn) -> None:
    profile = house.profile(house.present(sign_in(AMELIE)).person_id)

    assert (profile.given_name, profile.surname, profile.csam_email) == ("Amélie", "Dubois", "amelie@example.org")
    assert (profile.private_email, profile.awaiting_email, profile.language) == (None, None, "fr")
