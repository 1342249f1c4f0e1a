"""Collections of notifications, and how entities lie in tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql as pg

from chassis import erasures, readmodel
from chassis.database import Work
from contracts.errors import NotFound
from contracts.identity import Language
from services.notifications.domain.contacts import Contact, best_contact
from services.notifications.domain.deliveries import LONGEST_DELAY, Delivery
from services.notifications.domain.messages import Message
from services.notifications.storage.tables import contacts, deliveries, erased_people, languages, messages, metadata

_registry = orm.registry(metadata=metadata)
_registry.map_imperatively(Message, messages, version_id_col=messages.c.version, version_id_generator=False)
_registry.map_imperatively(Delivery, deliveries, version_id_col=deliveries.c.version, version_id_generator=False)


class Contacts:
    """Read models: addresses by person and space, and the languages people chose."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def lock(self, person_id: UUID) -> None:
        """As for an erasure. Without it, a mail that finds no address and an address that finds no waiting mail could
        miss each other too."""
        erasures.lock(self._work, person_id)

    def apply(self, contact: Contact, *, version: tuple[int, int]) -> bool:
        values = {name: getattr(contact, name) for name in contact.__dataclass_fields__}
        key = {"contact_id": values.pop("contact_id")}
        return readmodel.apply(self._work, contacts, key=key, version=version, values=values)

    def apply_language(
        self, person_id: UUID, language: Language, *, told_at: datetime, version: tuple[int, int]
    ) -> bool:
        key, values = {"person_id": person_id}, {"language": language, "told_at": told_at}
        return readmodel.apply(self._work, languages, key=key, version=version, values=values)

    def forget_untold_designations(self, *, publisher: str, epoch: int) -> None:
        designated = contacts.c.source == "designation"
        readmodel.forget_untold(self._work, contacts, designated, publisher=publisher, epoch=epoch)

    def forget_untold_people(self, *, publisher: str, epoch: int) -> None:
        confirmed = contacts.c.source == "confirmed"
        readmodel.forget_untold(self._work, contacts, confirmed, publisher=publisher, epoch=epoch)
        readmodel.forget_untold(self._work, languages, publisher=publisher, epoch=epoch)

    def forget(self, person_id: UUID, *, erased_at: datetime) -> None:
        """All that was told until then of somebody who deleted her account: addresses, language, messages, mails."""
        erasures.note(self._work, erased_people, person_id, erased_at=erased_at)
        # A mail may be owed long after what it is about.
        told = messages.c.created_at <= erased_at
        about = sa.select(messages.c.event_id).where(messages.c.person_id == person_id, told)
        early = {
            deliveries: sa.or_(deliveries.c.created_at <= erased_at, deliveries.c.event_id.in_(about)),
            contacts: contacts.c.told_at <= erased_at,
            languages: languages.c.told_at <= erased_at,
            messages: told,
        }
        for table, is_early in early.items():
            self._work.execute(sa.delete(table).where(table.c.person_id == person_id, is_early))

    def is_erased(self, person_id: UUID, *, since: datetime) -> bool:
        """Has she deleted her account after this instant?"""
        return erasures.is_noted(self._work, erased_people, person_id, since=since)

    def list_of(self, person_id: UUID) -> list[Contact]:
        columns = [contacts.c[name] for name in Contact.__dataclass_fields__]
        rows = self._work.execute(sa.select(*columns).where(contacts.c.person_id == person_id))
        return [Contact(**row) for row in rows.mappings()]

    def find_best(self, person_id: UUID, *, space: str) -> Contact | None:
        return best_contact(self.list_of(person_id), space=space)

    def find_language(self, person_id: UUID) -> Language | None:
        return self._work.session.scalar(sa.select(languages.c.language).where(languages.c.person_id == person_id))


class Messages:
    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, message: Message) -> None:
        """Once for each event and person."""
        _insert_once(self._work, messages, message)

    def get(self, message_id: UUID, *, of: UUID) -> Message:
        """What is another's is not found."""
        message = self._work.session.get(Message, message_id)
        if message is None or message.person_id != of:
            raise NotFound()
        return message

    def list_newest(self, person_id: UUID, *, most: int | None) -> Sequence[Message]:
        of_person = sa.select(Message).where(messages.c.person_id == person_id)
        newest = of_person.order_by(messages.c.created_at.desc(), messages.c.message_id.desc()).limit(most)
        return self._work.session.scalars(newest).all()


class Deliveries:
    def __init__(self, work: Work) -> None:
        self._work = work

    def add(self, delivery: Delivery) -> None:
        """Once for each event and recipient."""
        _insert_once(self._work, deliveries, delivery)

    def get(self, delivery_id: UUID) -> Delivery:
        delivery = self._work.session.get(Delivery, delivery_id, with_for_update=True)
        if delivery is None:
            raise NotFound()
        return delivery

    def claim_due(self, *, now: datetime) -> Delivery | None:
        """The one due longest that nobody else is looking at; it stays ours until the transaction ends."""
        due_at = deliveries.c.due_at
        # Due later than anything is ever put off: a development clock was started in the past again.
        due = sa.or_(due_at <= now, due_at > now + LONGEST_DELAY)
        oldest = sa.select(Delivery).where(due).order_by(due_at).limit(1)
        return self._work.session.scalar(oldest.with_for_update(skip_locked=True))

    def find_taken(self, delivery_id: UUID, *, version: int, longest: timedelta) -> Delivery | None:
        """What we took before, ours again until the transaction ends; None when another has taken it meanwhile. A
        holder that freezes for ``longest`` loses it.

        Who claims at the same moment locks what we took too, for a moment, before he sees that it is not due any more:
        we wait for him. A successor is never waited for, since his version is committed before he sends."""
        milliseconds = str(int(longest.total_seconds() * 1000))
        self._work.execute(sa.select(sa.func.set_config("idle_in_transaction_session_timeout", milliseconds, True)))
        taken = sa.select(Delivery).where(deliveries.c.delivery_id == delivery_id, deliveries.c.version == version)
        return self._work.session.scalar(taken.with_for_update())

    def list_waiting_for(self, person_id: UUID) -> Iterable[Delivery]:
        waiting = sa.select(Delivery).where(deliveries.c.state == "waiting", deliveries.c.person_id == person_id)
        return self._work.session.scalars(waiting.with_for_update()).all()

    def forget_addresses(self, *, owed_before: datetime) -> int:
        """Those that came with events whose mails failed; the number of them."""
        c = deliveries.c
        failed = sa.and_(c.state.like("%failure"), c.due_at.is_(None), c.sealed.is_not(None))
        old = sa.update(deliveries).where(failed, c.created_at < owed_before)
        forgotten = old.values(sealed=None, version=c.version + 1).returning(c.delivery_id)
        return len(self._work.execute(forgotten).all())

    def list_newest(self, *, state: str | None, most: int) -> Sequence[Delivery]:
        chosen = sa.select(Delivery).order_by(deliveries.c.created_at.desc()).limit(most)
        if state is not None:
            chosen = chosen.where(deliveries.c.state == state)
        return self._work.session.scalars(chosen).all()

    def list_of(self, person_id: UUID) -> Sequence[Delivery]:
        """The newest first."""
        of_person = sa.select(Delivery).where(deliveries.c.person_id == person_id)
        return self._work.session.scalars(of_person.order_by(deliveries.c.created_at.desc())).all()

    def count_unfinished(self) -> dict[str, int]:
        """{state: number} of all that were not delivered."""
        counted = sa.select(deliveries.c.state, sa.func.count().label("number")).where(
            deliveries.c.state != "delivered"
        )
        return {row.state: row.number for row in self._work.execute(counted.group_by(deliveries.c.state))}

    def find_oldest_due_at(self) -> datetime | None:
        oldest: datetime | None = self._work.session.scalar(sa.select(sa.func.min(deliveries.c.due_at)))
        return oldest


def _insert_once(work: Work, table: sa.Table, row: Any) -> None:
    # A repeated event finds its rows there already: the unique constraint decides, not a look-up.
    values = {column.name: getattr(row, column.name) for column in table.columns}
    work.execute(pg.insert(table).values(values).on_conflict_do_nothing())
