"""Deleting one's account, and what is done when its time has come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis import audit, idempotency
from chassis.logs import log
from chassis.seals import Sealer
from chassis.sessions import revoke_session
from contracts.identifiers import NationalNumber
from contracts.identity import (
    AccountDeletionDiscussed,
    EducationStaffStays,
    NoAddress,
    NoDeletionPending,
    PersonErased,
)
from services.identity.domain.contact import CITIZEN, WRITER
from services.identity.domain.deletion import EDUCATION_STAFF, Deletion
from services.identity.storage import IdentityWork


def request_account_deletion(
    work: IdentityWork, *, person_id: UUID, roles: Collection[str], reason: str, now: datetime
) -> Deletion:
    """``roles``: those that CSAM vouched for. Raises EducationStaffStays, InvalidRequest, DeletionAlreadyAsked."""
    with work:
        staff = [EDUCATION_STAFF] if work.education_staff.has(person_id) else []
        deletion = Deletion.ask(
            deletion_id=uuid7(),
            person_id=person_id,
            reason=reason,
            open_dossiers=work.open_dossiers.count_of(person_id),
            roles=[*roles, *staff],
            now=now,
        )
        work.deletions.add(deletion)
        work.announce(deletion.told(by=work.actor_facts))
        return deletion


def cancel_account_deletion(work: IdentityWork, *, person_id: UUID, now: datetime) -> Deletion:
    with work:
        deletion = work.deletions.newest_of(person_id, locked=True)
        if deletion is None:
            raise NoDeletionPending()
        deletion.cancel(now=now)
        work.announce(deletion.told(by=work.actor_facts))
        return deletion


def decide_account_deletion(
    work: IdentityWork, *, deletion_id: UUID, accept: bool, reason: str, by: UUID, now: datetime
) -> Deletion:
    with work:
        deletion = work.deletions.get(deletion_id)
        if accept and work.education_staff.has(deletion.person_id):
            raise EducationStaffStays()
        (deletion.accept if accept else deletion.refuse)(by=by, reason=reason, now=now)
        work.announce(deletion.told(by=work.actor_facts))
        return deletion


def write_about_deletion(work: IdentityWork, *, deletion_id: UUID, message: str, sealer: Sealer, now: datetime) -> None:
    """An agent contacts the person, by e-mail."""
    with work:
        deletion = work.deletions.get(deletion_id)
        if not deletion.is_pending:
            raise NoDeletionPending()
        contact = work.contacts.find(deletion.person_id, CITIZEN)
        if contact is None or contact.email is None:
            raise NoAddress()
        discussed = AccountDeletionDiscussed(
            message_id=uuid7(),
            deletion_id=deletion_id,
            person_id=deletion.person_id,
            language=work.people.get(deletion.person_id).language,
            sealed=sealer.seal(WRITER, {"email": contact.email, "message": message}),
            version=1,
            occurred_at=now,
            actor=work.actor_facts,
        )
        work.announce(discussed)


def set_education_staff(work: IdentityWork, *, national_number: NationalNumber, is_staff: bool, now: datetime) -> None:
    with work:
        person_id = work.person_numbers.refer_to(national_number, now=now)
        work.education_staff.set(person_id, is_staff=is_staff)
        deletion = work.deletions.newest_of(person_id, locked=True) if is_staff else None
        if deletion is not None and deletion.state == "accepted":
            # Not first on the day that she was told.
            deletion.return_to_agent(open_dossiers=work.open_dossiers.count_of(person_id), now=now)
            work.announce(deletion.told(by=work.actor_facts))
        work.record("name_education_staff" if is_staff else "release_education_staff", party=person_id)


def carry_out_deletions(work: IdentityWork, *, sealer: Sealer, now: datetime) -> None:
    """All whose 30 days are over, each in a transaction of its own: one that fails holds up no other, and is tried
    again at the next turn. Raises ExceptionGroup of what failed."""
    failures: dict[UUID, Exception] = {}
    while True:
        deletion = None
        try:
            with work:
                deletion = work.deletions.next_due(now=now, but=failures)
                if deletion is None:
                    break
                _carry_out(work, deletion, sealer=sealer, now=now)
        except Exception as error:
            if deletion is None:
                raise
            log.exception("deletion_failed", deletion_id=str(deletion.deletion_id))
            failures[deletion.deletion_id] = error
    if failures:
        raise ExceptionGroup("accounts that could not be deleted", list(failures.values()))


def _carry_out(work: IdentityWork, deletion: Deletion, *, sealer: Sealer, now: datetime) -> None:
    person_id = deletion.person_id
    open_dossiers = work.open_dossiers.count_of(person_id)
    if open_dossiers > deletion.open_dossiers or work.education_staff.has(person_id):
        deletion.return_to_agent(open_dossiers=open_dossiers, now=now)
        work.announce(deletion.told(by=work.actor_facts))
        return
    for session in work.sessions.of_person(person_id):
        revoked = session.end(by=work.actor_facts, now=now)
        work.announce(revoked)
        revoke_session(work, revoked)
    person, contact = work.people.get(person_id), work.contacts.find(person_id, CITIZEN)
    sealed = sealer.seal(WRITER, {"email": contact.email}) if contact is not None and contact.email else None
    deletion.carry_out(now=now)
    work.flush()
    work.deletions.forget_words(person_id)
    work.european_identities.erase(person_id)
    work.people.erase(person_id)
    erasures = work.person_numbers.erase(person_id, now=now)
    idempotency.forget_person(work, person_id, before=now)
    audit.erase(work, person_id=person_id)
    # After the erasure: that there was one, and of whom, stays in the audit trail.
    erased = PersonErased(
        person_id=person_id,
        language=person.language,
        sealed=sealed,
        version=erasures,
        occurred_at=now,
        actor=work.actor_facts,
    )
    work.announce(erased)
    log.info("account_erased", deletion_id=str(deletion.deletion_id), person_id=str(person_id))
