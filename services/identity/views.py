"""Entities as the answers that the contract promises."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from chassis.statements import Actor
from contracts.identifiers import NationalNumber
from contracts.identity import CitizenSpace, Presence, Profile
from services.identity.domain.contact import Contact, Link
from services.identity.domain.person import Person
from services.identity.domain.session import Session


def actor(session: Session) -> Actor:
    return Actor(
        person_id=session.person_id, session_id=session.session_id, level=session.level, roles=list(session.roles)
    )


def presence(
    session: Session, person: Person, contact: Contact | None, *, notices_to_show: list[str], actor_statement: str
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
    )


def profile(person: Person, contact: Contact | None, national_number: NationalNumber) -> Profile:
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
    )


def citizen_space(contact: Contact, link: Link | None = None) -> CitizenSpace:
    expires_at: datetime | None = link.expires_at if link else None
    return CitizenSpace(
        person_id=contact.person_id,
        email=contact.awaiting_email or contact.email or "",
        state=_state(contact),
        link_expires_at=expires_at,
    )


def _state(contact: Contact) -> Literal["awaiting", "open"]:
    return "open" if contact.is_open else "awaiting"
