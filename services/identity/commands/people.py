"""Who is mentioned, and who signs in."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from contracts.identifiers import NationalNumber
from services.identity.domain.person import Person
from services.identity.domain.vouched import RegisterFacts, Vouched
from services.identity.storage import IdentityWork


def refer_to(work: IdentityWork, *, national_number: NationalNumber, now: datetime) -> UUID:
    with work:
        return work.person_numbers.refer_to(national_number, now=now)


def record_sign_in(work: IdentityWork, *, vouched: Vouched, facts: RegisterFacts | None, now: datetime) -> Person:
    """``facts``: None when the National Register was away or does not know her; what is known then stays."""
    with work:
        person_id = work.person_numbers.refer_to(vouched.national_number, now=now)
        person = work.people.find(person_id)
        if person is None:
            person = Person.from_first_sign_in(person_id, vouched, now=now)
            work.people.add(person)
        else:
            person.sign_in_again(vouched, now=now)
        if facts is not None:
            person.learn_from_register(facts)
        # Before the session that refers to her.
        work.flush()
        return person
