"""Entities as the answers that the contract promises."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeVar
from uuid import UUID

from chassis.statements import Actor
from contracts.identifiers import NationalNumber
from contracts.identity import (
    AccountDeletion,
    AccountDeletionCase,
    CitizenSpace,
    ContactView,
    EuropeanConflict,
    EuropeanIdentityView,
    LinkingView,
    Presence,
    Profile,
    SessionView,
)
from services.identity.domain.contact import Contact, Link
from services.identity.domain.deletion import Deletion
from services.identity.domain.european import EuropeanIdentity
from services.identity.domain.linking import Linking
from services.identity.domain.person import Person
from services.identity.domain.session import Session

T = TypeVar("T")


def actor(session: Session) -> Actor:
    return Actor(
        person_id=session.person_id, session_id=session.session_id, level=session.level, roles=list(session.roles)
    )


def presence(
    session: Session,
    person: Person,
    contact: Contact | None,
    *,
    notices_to_show: list[str],
    erases_at: datetime | None,
    actor_statement: str,
) -> Presence:
    return Presence(
        actor_statement=actor_statement,
        person_id=person.person_id,
        session_id=session.session_id,
        given_name=person.given_name,
        surname=person.surname,
        language=person.language,
        level=session.level,
        roles=list(session.roles),
        citizen_space=_state(contact) if contact else "absent",
        notices_to_show=notices_to_show,
        erases_at=erases_at,
    )


def session(session: Session, *, this: UUID | None) -> SessionView:
    return SessionView(
        session_id=session.session_id,
        means=session.means,
        level=session.level,
        begun_at=session.begun_at,
        last_seen_at=session.last_seen_at,
        ends_at=session.ends_at,
        browser=session.browser,
        address=session.address,
        is_this=session.session_id == this,
    )


def profile(
    person: Person, contact: Contact | None, national_number: NationalNumber, european: EuropeanIdentity | None
) -> Profile:
    return Profile(
        person_id=person.person_id,
        given_name=person.given_name,
        surname=person.surname,
        national_number=str(national_number),
        csam_email=person.csam_email,
        private_email=contact.email if contact else None,
        awaiting_email=contact.awaiting_email if contact else None,
        language=person.language,
        domicile=person.domicile,
        # What it does not confirm any more was read before it last answered.
        register_read_at=person.domicile.read_at if person.domicile else person.register_read_at,
        is_in_register=person.is_in_register,
        is_register_away=person.is_register_away,
        european=european_identity(european) if european else None,
    )


def european_identity(identity: EuropeanIdentity) -> EuropeanIdentityView:
    """Of one that is linked."""
    return EuropeanIdentityView(
        country=identity.country,
        given_name=identity.given_name,
        surname=identity.surname,
        birth_on=identity.birth_on,
        email=str(identity.email),
        telephone=str(identity.telephone),
        linked_at=_known(identity.changed_at),
    )


def european_conflict(identity: EuropeanIdentity, other: EuropeanIdentity) -> EuropeanConflict:
    return EuropeanConflict(
        identity_id=identity.identity_id,
        person_id=_known(identity.person_id),
        given_name=identity.given_name,
        surname=identity.surname,
        birth_on=identity.birth_on,
        country=identity.country,
        email=str(identity.email),
        telephone=str(identity.telephone),
        contested_at=_known(identity.changed_at),
        other_given_name=other.given_name,
        other_surname=other.surname,
        other_country=other.country,
        other_email=str(other.email),
        other_telephone=str(other.telephone),
        linked_at=_known(other.changed_at),
    )


def linking(begun: Linking, identity: EuropeanIdentity) -> LinkingView:
    return LinkingView(
        given_name=identity.given_name,
        surname=identity.surname,
        birth_on=identity.birth_on,
        country=identity.country,
        email=begun.email,
        state=identity.state,
    )


def citizen_space(contact: Contact, link: Link) -> CitizenSpace:
    return CitizenSpace(
        person_id=contact.person_id,
        email=contact.awaiting_email or contact.email or "",
        state=_state(contact),
        link_expires_at=link.expires_at if link.used_at is None else None,
        space=contact.space,
        is_first=link.is_first,
    )


def deletion(deletion: Deletion) -> AccountDeletion:
    return AccountDeletion(
        deletion_id=deletion.deletion_id,
        person_id=deletion.person_id,
        state=deletion.state,
        reason=deletion.reason,
        open_dossiers=deletion.open_dossiers,
        asked_at=deletion.asked_at,
        erases_at=deletion.erases_at,
        decision_reason=deletion.decision_reason,
    )


def deletion_case(
    found: Deletion, person: Person, contact: Contact | None, *, is_education_staff: bool
) -> AccountDeletionCase:
    return AccountDeletionCase(
        deletion=deletion(found),
        given_name=person.given_name,
        surname=person.surname,
        email=contact.email if contact else None,
        is_education_staff=is_education_staff,
    )


def contact(contact: Contact) -> ContactView:
    return ContactView(space=contact.space, email=contact.email, awaiting_email=contact.awaiting_email)


def _known(value: T | None) -> T:
    assert value is not None
    return value


def _state(contact: Contact) -> Literal["awaiting", "open"]:
    return "open" if contact.is_open else "awaiting"
