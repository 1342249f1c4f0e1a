"""What people, operators and the clock ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote
from uuid import UUID

from prometheus_client import Counter

from chassis.logs import log
from chassis.seals import Opener, SealBroken
from contracts.events import Sealed
from contracts.identity import Language
from services.notifications.domain.deliveries import ADDRESS_KEPT, Delivery
from services.notifications.domain.notices import SECRET
from services.notifications.gateways import Gateways
from services.notifications.gateways.smtp import (
    LONGEST_SECONDS,
    MailConnection,
    MailFailure,
    PermanentFailure,
    ServerAway,
    TechnicalFailure,
)
from services.notifications.rendering import AddressRefused, Mails, Unrenderable
from services.notifications.storage import NotificationsWork

MAILS = Counter("notifications_mails_total", "Attempts to send a mail", ["kind", "outcome"])

# One round ends after so many, so that a stop need not wait for a long queue.
MAILS_A_ROUND = 50
# Twice what the gateway allows: then the sender is frozen, and its row goes to another.
LONGEST_EXCHANGE = timedelta(seconds=2 * LONGEST_SECONDS)


def mark_read(work: NotificationsWork, *, message_id: UUID, person_id: UUID, now: datetime) -> None:
    with work:
        work.messages.get(message_id, of=person_id).read(now=now)
        work.record("mark_read", subject=f"message:{message_id}", party=person_id)


def replay_delivery(work: NotificationsWork, *, delivery_id: UUID, now: datetime) -> Delivery:
    with work:
        delivery = work.deliveries.get(delivery_id)
        delivery.replay(now=now)
        work.record("replay_delivery", subject=f"delivery:{delivery_id}", party=delivery.person_id)
        work.wake("mails")
        work.after_commit(lambda: log.info("replay_delivery", delivery_id=str(delivery_id)))
    return delivery


def forget_addresses(work: NotificationsWork, *, now: datetime) -> None:
    """Of mails that failed for good."""
    with work:
        forgotten = work.deliveries.forget_addresses(owed_before=now - ADDRESS_KEPT)
        work.after_commit(lambda: log.info("forget_addresses", count=forgotten))


def deliver_mails(work: NotificationsWork, *, gateways: Gateways, clock: Callable[[], datetime]) -> None:
    """Send what is due, one after the other.

    Each is taken in one transaction, for all to see, and sent and noted in another that holds its row: if this dies,
    the row is free and is taken again. If it dies after the server took the mail and before that was committed, the
    mail is sent once more, with the same Message-ID. That is the one case in which a mail can come twice; mailboxes
    commonly show it once.
    """
    with gateways.mail_server.connection() as connection:
        for _ in range(MAILS_A_ROUND):
            if work.runtime.is_stopping:
                return
            taken = _take_next(work, gateways.seals, now=clock())
            if taken is None:
                return
            if isinstance(_send(work, taken, connection, gateways.mails, clock), ServerAway):
                return
    with work:
        work.wake("mails")


@dataclass(frozen=True, kw_only=True)
class _Taken:
    """A delivery that we took, and where it goes."""

    delivery_id: UUID
    version: int
    to: str
    language: Language
    link: str
    facts: dict[str, str]


def _take_next(work: NotificationsWork, seals: Opener, *, now: datetime) -> _Taken | None:
    while True:
        with work:
            delivery = work.deliveries.claim_due(now=now)
            if delivery is None:
                return None
            taken = _take(work, delivery, seals, now=now)
        if taken is not None:
            return taken


def _take(work: NotificationsWork, delivery: Delivery, seals: Opener, *, now: datetime) -> _Taken | None:
    try:
        address = _address_of(work, delivery, seals)
    except SealBroken as error:
        delivery.break_down(str(error))
        return None
    if address is None:
        delivery.hold()
        return None
    if not delivery.take(now=now):
        return None
    to, language, link, facts = address
    return _Taken(
        delivery_id=delivery.delivery_id, version=delivery.version, to=to, language=language, link=link, facts=facts
    )


def _address_of(
    work: NotificationsWork, delivery: Delivery, seals: Opener
) -> tuple[str, Language, str, dict[str, str]] | None:
    """Address, language, link and facts; None while nobody has told where the person is reached."""
    if delivery.sealed is not None and delivery.language is not None:
        fields = seals.open(Sealed(delivery.sealed))
        to, secret = fields.pop("email"), fields.pop("secret", "")
        # What is left are words for this mail alone.
        return to, delivery.language, delivery.link.replace(SECRET, quote(secret, safe="")), delivery.facts | fields
    if delivery.person_id is None:
        return None
    work.contacts.lock(delivery.person_id)
    contact = work.contacts.find_best(delivery.person_id, space=delivery.space)
    if contact is None or contact.address is None:
        return None
    language = work.contacts.find_language(delivery.person_id) or contact.language
    return contact.address, language, delivery.link, delivery.facts


def _send(
    work: NotificationsWork, taken: _Taken, connection: MailConnection, mails: Mails, clock: Callable[[], datetime]
) -> MailFailure | None:
    with work:
        delivery = work.deliveries.find_taken(taken.delivery_id, version=taken.version, longest=LONGEST_EXCHANGE)
        if delivery is None:
            return None
        failure = _exchange(delivery, taken, connection, mails, now=clock())
        _note(delivery, failure, now=clock())
    MAILS.labels(delivery.kind, delivery.state).inc()
    log.info(
        "mail_sent" if failure is None else "mail_not_sent",
        delivery_id=str(delivery.delivery_id),
        event_id=str(delivery.event_id),
        kind=delivery.kind,
        state=delivery.state,
        attempts=delivery.attempts,
        error=delivery.last_error,
    )
    return failure


def _exchange(
    delivery: Delivery, taken: _Taken, connection: MailConnection, mails: Mails, *, now: datetime
) -> MailFailure | None:
    try:
        mail = mails.compose(
            delivery_id=delivery.delivery_id,
            to=taken.to,
            kind=delivery.kind,
            language=taken.language,
            facts=taken.facts,
            link=taken.link,
            now=now,
        )
        connection.send(mail)
    except AddressRefused as error:
        return PermanentFailure(str(error))
    except Unrenderable as error:
        return TechnicalFailure(str(error))
    except MailFailure as failure:
        return failure
    return None


def _note(delivery: Delivery, failure: MailFailure | None, *, now: datetime) -> None:
    if failure is None:
        delivery.confirm(now=now)
    elif isinstance(failure, PermanentFailure):
        delivery.give_up(str(failure))
    elif isinstance(failure, TechnicalFailure):
        delivery.break_down(str(failure))
    else:
        delivery.postpone(str(failure), now=now, server_away=isinstance(failure, ServerAway))
