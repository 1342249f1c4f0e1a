"""The citizen space and the confirmation of its e-mail address."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis.seals import Sealer
from contracts.errors import NotFound
from contracts.events import ActorFacts
from contracts.identity import LinkInvalid, SpaceAlreadyOpen
from services.identity.domain.contact import CITIZEN, WRITER, Contact, Link
from services.identity.domain.person import Person
from services.identity.metrics import LINKS
from services.identity.storage import IdentityWork
from services.identity.tokens import hashed, new_secret


def create_citizen_space(
    work: IdentityWork, *, person_id: UUID, email: str, sealer: Sealer, now: datetime
) -> tuple[Contact, Link]:
    """Also for who comes back with another address before she has confirmed the first."""
    with work:
        person = work.people.get(person_id, locked=True)
        contact = work.contacts.find(person_id, CITIZEN, locked=True)
        if contact is None:
            contact = Contact(contact_id=uuid7(), person_id=person_id, space=CITIZEN)
            work.contacts.add(contact)
        contact.require_not_open()
        return contact, _send_link(work, person, contact, email=email, sealer=sealer, now=now)


def give_email(
    work: IdentityWork, *, person_id: UUID, space: str, email: str, sealer: Sealer, now: datetime
) -> Contact:
    """Another address for the citizen space, or one for an enterprise: the link that is sent to it confirms it. The
    confirmed one again sends none and takes back what is awaited. Raises NotFound for a citizen space that does not
    exist yet, AddressUnchanged, AskedTooOften."""
    with work:
        person = work.people.get(person_id, locked=True)
        contact = work.contacts.find(person_id, space, locked=True)
        if contact is None:
            if space == CITIZEN:
                raise NotFound()
            contact = Contact(contact_id=uuid7(), person_id=person_id, space=space)
            work.contacts.add(contact)
        if email == contact.email:
            contact.keep_address(earlier=work.links.of_person(person_id), now=now)
        else:
            _send_link(work, person, contact, email=email, sealer=sealer, now=now)
        return contact


def resend_confirmation(work: IdentityWork, *, person_id: UUID, sealer: Sealer, now: datetime) -> tuple[Contact, Link]:
    with work:
        person = work.people.get(person_id, locked=True)
        contact = work.contacts.find(person_id, CITIZEN, locked=True)
        if contact is None:
            raise NotFound()
        if contact.awaiting_email is None:
            raise SpaceAlreadyOpen()
        return contact, _send_link(work, person, contact, email=contact.awaiting_email, sealer=sealer, now=now)


def confirm_email(work: IdentityWork, *, secret: str, sealer: Sealer, now: datetime) -> tuple[Contact, Link]:
    try:
        with work:
            link = work.links.find_by_secret(hashed(secret))
            if link is None:
                raise LinkInvalid()
            # The contact first, as where links are made: of two who hold one lock each, none would get on.
            contact = work.contacts.get(link.contact_id, locked=True)
            work.links.read_again(link)
            former = contact.email
            contact.confirm(link, now=now)
            person = work.people.get(contact.person_id)
            sealed = sealer.seal(WRITER, {"email": contact.email})
            # Who took over her sign-in must not take her mailbox's place unseen.
            sealed_former = sealer.seal(WRITER, {"email": former}) if former is not None else None
            # The portal vouches for the link that only she was sent.
            herself = ActorFacts(person_id=person.person_id)
            work.announce(
                contact.confirmed(language=person.language, sealed=sealed, sealed_former=sealed_former, by=herself)
            )
            work.after_commit(LINKS.labels("confirmed").inc)
            return contact, link
    except LinkInvalid:
        LINKS.labels("invalid").inc()
        raise


def _send_link(
    work: IdentityWork, person: Person, contact: Contact, *, email: str, sealer: Sealer, now: datetime
) -> Link:
    """The person is locked: all links to whatever address count together."""
    secret = new_secret()
    link = contact.ask_confirmation(
        email=email,
        earlier=work.links.of_person(person.person_id),
        confirmation_id=uuid7(),
        secret_hash=hashed(secret),
        now=now,
    )
    work.links.add(link)
    sealed = sealer.seal(WRITER, {"email": email, "secret": secret})
    work.announce(link.requested(space=contact.space, language=person.language, sealed=sealed, by=work.actor_facts))
    return link
