"""Collections: contacts and the links that confirm them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction

from contracts.errors import ConcurrentChange
from services.identity.domain.contact import Contact, Link
from services.identity.domain.person import Person
from services.identity.storage import tables
from services.identity.storage.clean_up import delete_some


class Contacts:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, contact: Contact) -> None:
        """Raises ConcurrentChange when the person began the same space elsewhere at this moment."""
        self._transaction.add(contact)
        # Two browsers must not create two spaces: the unique index decides, not a look-up.
        try:
            self._transaction.flush()
        except IntegrityError as error:
            raise ConcurrentChange() from error

    def find(self, person_id: UUID, space: str, *, locked: bool = False) -> Contact | None:
        rest = tables.contacts.c
        wanted = sa.select(Contact).where(rest.person_id == person_id, rest.space == space)
        return self._transaction.scalars(wanted.with_for_update() if locked else wanted).one_or_none()

    def of_person(self, person_id: UUID) -> Sequence[Contact]:
        """The citizen space goes first, "citizen" being no number; then by BCE number."""
        rest = tables.contacts.c
        wanted = sa.select(Contact).where(rest.person_id == person_id)
        return self._transaction.scalars(wanted.order_by(rest.space.desc())).all()

    def get(self, contact_id: UUID, *, locked: bool) -> Contact:
        return self._transaction.get_one(Contact, contact_id, with_for_update=locked)

    def confirmed(self) -> Iterator[tuple[Contact, Person]]:
        wanted = (
            sa.select(Contact, Person)
            .join(Person, tables.people.c.person_id == tables.contacts.c.person_id)
            .where(tables.contacts.c.email.is_not(None))
        )
        rows = self._transaction.execute(wanted.execution_options(yield_per=500))
        yield from ((contact, person) for contact, person in rows)


class Links:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, link: Link) -> None:
        self._transaction.add(link)

    def find_by_secret(self, secret_hash: bytes) -> Link | None:
        return self._transaction.scalars(sa.select(Link).where(tables.links.c.secret_hash == secret_hash)).one_or_none()

    def read_again(self, link: Link) -> None:
        """Once its contact is locked: it may have been used or replaced in between."""
        self._transaction.refresh(link)

    def of_person(self, person_id: UUID) -> Sequence[Link]:
        return self._transaction.scalars(sa.select(Link).where(tables.links.c.person_id == person_id)).all()

    def forget_expired(self, *, before: datetime) -> int:
        return delete_some(self._transaction, tables.links, tables.links.c.expires_at < before)
