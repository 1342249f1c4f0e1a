"""What events ask for; each inside the inbox's transaction."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from chassis import idempotency
from chassis.seals import Opener
from contracts.delegation import AccessManagerDesignated, AccessManagerWithdrawn, DelegationRetold
from contracts.events import Event
from contracts.identity import EmailConfirmed, IdentityRetold, LanguageChosen, PersonErased
from services.notifications.domain.contacts import Contact
from services.notifications.domain.deliveries import Delivery
from services.notifications.domain.messages import Message
from services.notifications.domain.notices import Notice, Recipient, notice_of
from services.notifications.storage import NotificationsWork


def tell_people(
    work: NotificationsWork, event: Event, *, event_id: UUID, republished: bool, seals: Opener, now: datetime
) -> None:
    """Write a portal message and owe a mail to everybody concerned, once for each event and person."""
    notice = None if republished else notice_of(event)
    if notice is None:
        return
    with work:
        for person_id in sorted(recipient.person_id for recipient in notice.recipients if recipient.person_id):
            work.contacts.lock(person_id)
        for recipient in notice.recipients:
            if recipient.person_id and work.contacts.is_erased(recipient.person_id, since=event.occurred_at):
                continue
            if recipient.sealed is not None:
                # One that cannot be opened is parked with the event now, rather than found when it is sent.
                seals.open(recipient.sealed)
            _owe_mail(work, notice, recipient, event_id=event_id, now=now)
            if recipient.person_id is not None:
                _write_message(work, notice, recipient.person_id, event_id=event_id, at=event.occurred_at)
        work.wake("mails")


def keep_confirmed_address(
    work: NotificationsWork, event: EmailConfirmed, *, version: tuple[int, int], seals: Opener, now: datetime
) -> None:
    contact = Contact(
        contact_id=event.contact_id,
        person_id=event.person_id,
        space=event.space,
        source="confirmed",
        address=seals.open(event.sealed)["email"],
        language=event.language,
        told_at=event.occurred_at,
    )
    _keep_contact(work, contact, version=version, now=now)


def keep_designated_address(
    work: NotificationsWork, event: AccessManagerDesignated, *, version: tuple[int, int], seals: Opener, now: datetime
) -> None:
    address = seals.open(event.sealed)["email"] if event.sealed else None
    _keep_contact(work, _contact_by_registry(event, address), version=version, now=now)


def forget_designated_address(
    work: NotificationsWork, event: AccessManagerWithdrawn, *, version: tuple[int, int], now: datetime
) -> None:
    _keep_contact(work, _contact_by_registry(event, None), version=version, now=now)


def keep_language(work: NotificationsWork, event: LanguageChosen, *, version: tuple[int, int]) -> None:
    with work:
        work.contacts.lock(event.person_id)
        if not work.contacts.is_erased(event.person_id, since=event.occurred_at):
            work.contacts.apply_language(event.person_id, event.language, told_at=event.occurred_at, version=version)


def forget_person(
    work: NotificationsWork, event: PersonErased, *, event_id: UUID, republished: bool, now: datetime
) -> None:
    """Her account was deleted. The last mail goes to the address that the event brought, sealed; else nothing is
    kept."""
    with work:
        idempotency.forget_person(work, event.person_id, before=event.occurred_at)
        work.contacts.lock(event.person_id)
        work.contacts.forget(event.person_id, erased_at=event.occurred_at)
        notice = None if republished else notice_of(event)
        if notice is not None:
            _owe_mail(work, notice, notice.recipients[0], event_id=event_id, now=now)
            work.wake("mails")


def forget_designated_addresses(work: NotificationsWork, event: DelegationRetold) -> None:
    with work:
        work.contacts.forget_untold_designations(publisher=event.publisher, epoch=event.epoch)


def forget_confirmed_addresses(work: NotificationsWork, event: IdentityRetold) -> None:
    with work:
        work.contacts.forget_untold_people(publisher=event.publisher, epoch=event.epoch)


def _contact_by_registry(event: AccessManagerDesignated | AccessManagerWithdrawn, address: str | None) -> Contact:
    return Contact(
        contact_id=event.designation_id,
        person_id=event.person_id,
        space=event.bce_number,
        source="designation",
        address=address,
        language=event.language,
        told_at=event.occurred_at,
    )


def _keep_contact(work: NotificationsWork, contact: Contact, *, version: tuple[int, int], now: datetime) -> None:
    """Mails that wait for an address of this person are due again."""
    with work:
        work.contacts.lock(contact.person_id)
        if work.contacts.is_erased(contact.person_id, since=contact.told_at):
            return
        if work.contacts.apply(contact, version=version):
            for delivery in work.deliveries.list_waiting_for(contact.person_id):
                delivery.resume(now=now)
            work.wake("mails")


def _owe_mail(work: NotificationsWork, notice: Notice, recipient: Recipient, *, event_id: UUID, now: datetime) -> None:
    delivery = Delivery(
        delivery_id=uuid7(),
        event_id=event_id,
        recipient=recipient.key,
        person_id=recipient.person_id,
        kind=notice.kind,
        space=notice.space,
        facts=dict(notice.facts),
        link=notice.link,
        sealed=recipient.sealed,
        language=recipient.language if recipient.sealed else None,
        good_until=notice.good_until,
        created_at=now,
        due_at=now,
    )
    work.deliveries.add(delivery)


def _write_message(work: NotificationsWork, notice: Notice, person_id: UUID, *, event_id: UUID, at: datetime) -> None:
    message = Message(
        message_id=uuid7(),
        event_id=event_id,
        person_id=person_id,
        kind=notice.kind,
        space=notice.space,
        facts=dict(notice.facts),
        link=notice.portal_link or notice.link,
        created_at=at,
    )
    work.messages.add(message)
