"""Who is mentioned, and who signs in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from contracts.identifiers import NationalNumber
from contracts.identity import MeansName
from services.identity.domain.person import Person
from services.identity.domain.vouched import RegisterAnswer, Vouched
from services.identity.gateways.register import Register, RegisterAway
from services.identity.storage import IdentityWork
from services.identity.storage.people import Resealed


def refer_to(work: IdentityWork, *, national_number: NationalNumber, now: datetime) -> UUID:
    """That she was mentioned, and by whom, is an act; of whom nobody knew before, too."""
    with work:
        person_id = work.person_numbers.refer_to(national_number, now=now)
        work.record("refer_to", party=person_id)
        return person_id


def refresh_from_register(work: IdentityWork, *, person_id: UUID, register: Register, now: datetime) -> None:
    """When it was read long ago; asked outside of any transaction, since it may be slow."""
    with work:
        if not work.people.get(person_id).is_register_due(now):
            return
        number = work.person_numbers.get(person_id)
    answer = look_up(register, number, now=now)
    with work:
        work.people.get(person_id, locked=True).learn_from_register(answer, now=now)


def look_up(register: Register, number: NationalNumber, *, now: datetime) -> RegisterAnswer:
    """Nobody is kept out because it is away."""
    try:
        return RegisterAnswer(is_away=False, facts=register.find(number, now=now))
    except RegisterAway:
        return RegisterAnswer(is_away=True)


def reseal_numbers(work: IdentityWork, *, after: UUID) -> Resealed:
    """Some of the national numbers that are not yet under the current key."""
    with work:
        resealed = work.person_numbers.reseal_some(after=after)
        if resealed.count:
            work.record("reseal_numbers")
        return resealed


def set_means_availability(work: IdentityWork, *, means: MeansName, available: bool) -> None:
    with work:
        work.means_availability.put(means, available=available)
        work.record("open_means" if available else "close_means", subject=f"means:{means}")


def record_sign_in(
    work: IdentityWork,
    *,
    vouched: Vouched,
    national_number: NationalNumber,
    register: RegisterAnswer,
    now: datetime,
) -> Person:
    """``national_number``: as vouched for, or to which a European identity is linked."""
    with work:
        person_id = work.person_numbers.refer_to(national_number, now=now)
        person = work.people.find(person_id)
        if person is None:
            person = Person.from_first_sign_in(person_id, vouched, now=now)
            work.people.add(person)
            work.person_numbers.keep_again(person_id, national_number)
        else:
            person.sign_in_again(vouched, now=now)
        person.learn_from_register(register, now=now)
        # Before the session that refers to her.
        work.flush()
        return person
