"""Answers; they change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from chassis.statements import Signer
from contracts.events import Event
from contracts.identity import IdentityRetold, Means, MeansName, PersonFacts, Presence, Profile
from services.identity import views
from services.identity.domain import notices
from services.identity.domain.contact import CITIZEN, WRITER
from services.identity.domain.session import REVOKED_FOR, Session
from services.identity.storage import IdentityWork


def list_means(work: IdentityWork, *, offered: tuple[tuple[MeansName, int], ...]) -> list[Means]:
    with work:
        unavailable = work.means_availability.unavailable()
    return [Means(name=name, level=level, available=name not in unavailable) for name, level in offered]


def get_presence(work: IdentityWork, *, session: Session, signer: Signer, now: datetime) -> Presence:
    with work:
        person = work.people.get(session.person_id)
        contact = work.contacts.find(session.person_id, CITIZEN)
        acknowledged = work.acknowledgements.of(session.person_id)
    return views.presence(
        session,
        person,
        contact,
        notices_to_show=notices.to_show(
            acknowledged=acknowledged, space_is_open=contact is not None and contact.is_open
        ),
        actor_statement=signer.sign("actor", views.actor(session), now=now, lasts=session.statement_lasts(now)),
    )


def get_profile(work: IdentityWork, *, person_id: UUID) -> Profile:
    with work:
        return views.profile(
            work.people.get(person_id), work.contacts.find(person_id, CITIZEN), work.person_numbers.get(person_id)
        )


def get_person_facts(work: IdentityWork, *, person_id: UUID) -> PersonFacts:
    with work:
        return work.people.get(person_id).facts()


def states(work: IdentityWork) -> Iterator[Event]:
    """The current state of every subject, for a new or restored listener.

    Not the links that are on their way: their secrets do not rest here, so that only asking again makes a new one.
    """
    sealer = work.runtime.gateways.sealer
    for contact, person in work.contacts.confirmed():
        sealed = sealer.seal(WRITER, {"email": contact.email})
        yield contact.confirmed(language=person.language, sealed=sealed, by=work.actor_facts)
    for person in work.people.who_chose_a_language():
        yield person.language_chosen(by=work.actor_facts)
    # Of sessions that ended longer ago, no statement can be valid any more.
    for session in work.sessions.ended_after(work.runtime.now() - REVOKED_FOR):
        yield session.revoked(by=work.actor_facts)
    yield IdentityRetold(epoch=work.epoch, version=1, occurred_at=work.runtime.now())
