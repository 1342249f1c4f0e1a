"""Answers; they change nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.statements import Signer
from contracts.errors import NotFound
from contracts.events import Event
from contracts.identity import (
    AccountDeletionCase,
    AccountDeletionOutlook,
    ContactView,
    EuropeanConflict,
    IdentityRetold,
    LinkingView,
    Means,
    MeansName,
    PersonErased,
    PersonFacts,
    Presence,
    Profile,
    SessionView,
)
from services.identity import views
from services.identity.domain import notices
from services.identity.domain.contact import CITIZEN, WRITER
from services.identity.domain.deletion import EDUCATION_STAFF, Deletion
from services.identity.domain.european import EuropeanIdentity
from services.identity.domain.session import REVOKED_FOR, Session
from services.identity.storage import IdentityWork
from services.identity.storage.holdings import rows_of
from services.identity.tokens import hashed


def list_means(work: IdentityWork, *, offered: tuple[tuple[MeansName, int], ...]) -> list[Means]:
    with work:
        unavailable = work.means_availability.unavailable()
    return [Means(name=name, level=level, available=name not in unavailable) for name, level in offered]


def get_presence(work: IdentityWork, *, session: Session, signer: Signer, now: datetime) -> Presence:
    with work:
        person = work.people.get(session.person_id)
        contact = work.contacts.find(session.person_id, CITIZEN)
        acknowledged = work.acknowledgements.of(session.person_id)
        deletion = work.deletions.newest_of(session.person_id)
    return views.presence(
        session,
        person,
        contact,
        notices_to_show=notices.to_show(
            acknowledged=acknowledged, space_is_open=contact is not None and contact.is_open
        ),
        erases_at=deletion.erases_at if deletion else None,
        actor_statement=signer.sign("actor", views.actor(session), now=now, lasts=session.statement_lasts(now)),
    )


def list_contacts(work: IdentityWork, *, person_id: UUID) -> list[ContactView]:
    with work:
        return [views.contact(one) for one in work.contacts.of_person(person_id)]


def list_sessions(work: IdentityWork, *, person_id: UUID, this: UUID, now: datetime) -> list[SessionView]:
    with work:
        return [views.session(one, this=this) for one in work.sessions.of_person(person_id) if one.is_alive(now)]


def get_account_deletion(work: IdentityWork, *, person_id: UUID, roles: Collection[str]) -> AccountDeletionOutlook:
    with work:
        current = work.deletions.newest_of(person_id)
        return AccountDeletionOutlook(
            is_education_staff=EDUCATION_STAFF in roles or work.education_staff.has(person_id),
            open_dossiers=work.open_dossiers.count_of(person_id),
            current=views.deletion(current) if current else None,
        )


def list_account_deletions(work: IdentityWork) -> list[AccountDeletionCase]:
    with work:
        waiting = work.deletions.to_decide()
        return [_deletion_case(work, one) for one in waiting]


def get_account_deletion_case(work: IdentityWork, *, deletion_id: UUID) -> AccountDeletionCase:
    """One that waits for an agent. Raises NotFound."""
    with work:
        deletion = work.deletions.get(deletion_id)
        if deletion.state != "to_decide":
            raise NotFound()
        return _deletion_case(work, deletion)


def _deletion_case(work: IdentityWork, deletion: Deletion) -> AccountDeletionCase:
    """With her name, so that this is a look at her."""
    person_id = deletion.person_id
    work.record("looked_at_account_deletion", subject=f"deletion:{deletion.deletion_id}", party=person_id)
    return views.deletion_case(
        deletion,
        work.people.get(person_id),
        work.contacts.find(person_id, CITIZEN),
        is_education_staff=work.education_staff.has(person_id),
    )


def get_profile(work: IdentityWork, *, person_id: UUID) -> Profile:
    with work:
        return views.profile(
            work.people.get(person_id),
            work.contacts.find(person_id, CITIZEN),
            work.person_numbers.get(person_id),
            work.european_identities.linked_to(person_id),
        )


def get_linking(work: IdentityWork, *, linking_token: str, now: datetime) -> LinkingView:
    with work:
        linking = work.linkings.get_by_token(hashed(linking_token), now=now)
        return views.linking(linking, work.european_identities.get(linking.identity_id))


def list_european_conflicts(work: IdentityWork) -> list[EuropeanConflict]:
    """Where the other identity went with its account, the number is free again: nothing is left to decide about it."""
    with work:
        conflicts = [_find_conflict(work, one) for one in work.european_identities.contested()]
        return [conflict for conflict in conflicts if conflict is not None]


def get_european_conflict(work: IdentityWork, *, identity_id: UUID) -> EuropeanConflict:
    """Raises NotFound."""
    with work:
        identity = work.european_identities.get(identity_id)
        conflict = _find_conflict(work, identity) if identity.state == "contested" else None
        if conflict is None:
            raise NotFound()
        return conflict


def _find_conflict(work: IdentityWork, identity: EuropeanIdentity) -> EuropeanConflict | None:
    """With the names of both, so that this is a look at who has the number."""
    other = work.european_identities.linked_to(identity.person_id) if identity.person_id else None
    if other is None:
        return None
    subject = f"european_identity:{identity.identity_id}"
    work.record("looked_at_european_conflict", subject=subject, party=identity.person_id)
    return views.european_conflict(identity, other)


def get_holdings(work: IdentityWork, *, person_id: UUID, now: datetime) -> dict[str, Any]:
    """For an export: what rests, and of the sessions which hold still."""
    with work:
        rows = rows_of(work.session, person_id)
        current = {one.session_id for one in work.sessions.of_person(person_id) if one.is_alive(now)}
        return {
            "profile": get_profile(work, person_id=person_id),
            **rows,
            "sessions": [row | {"is_current": row["session_id"] in current} for row in rows["sessions"]],
            "is_education_staff": work.education_staff.has(person_id),
        }


def get_person_facts(work: IdentityWork, *, person_id: UUID) -> PersonFacts:
    with work:
        emails = [contact.email for contact in work.contacts.of_person(person_id) if contact.email is not None]
        return work.people.get(person_id).facts(confirmed_emails=emails)


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
    for deletion in work.deletions.pending():
        yield deletion.told(by=work.actor_facts)
    for person_id, erasures, erased_at in work.person_numbers.erased():
        yield PersonErased(
            person_id=person_id,
            language="fr",
            sealed=None,
            version=erasures,
            occurred_at=erased_at,
            actor=work.actor_facts,
        )
    yield IdentityRetold(epoch=work.epoch, version=1, occurred_at=work.runtime.now())
