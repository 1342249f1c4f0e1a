"""Collections: who was ever mentioned, who signed in, which notices they have read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Transaction

from contracts.errors import NotFound
from contracts.identifiers import NationalNumber
from services.identity.domain.person import Person
from services.identity.storage import tables
from services.identity.storage.vault import SealedNumber, Vault


class PersonNumbers:
    """Who was ever mentioned, by national number."""

    def __init__(self, transaction: Transaction, vault: Vault) -> None:
        self._transaction = transaction
        self._vault = vault

    def refer_to(self, number: NationalNumber, *, now: datetime) -> UUID:
        """The person's id, made at her first mention. Known or not, the same statement runs and writes one row: neither
        the answer nor its time tells which. The row stays locked until the end of the transaction, so that two
        sign-ins of one person take turns."""
        # Not a uuid7: the time in it would tell since when the person is known.
        person_id = uuid4()
        sealed = self._vault.seal(number, person_id=person_id)
        mention = insert(tables.person_numbers).values(
            person_id=person_id,
            blind_index=self._vault.blind_index(number),
            key_id=sealed.key_id,
            sealed_number=sealed.sealed,
            mentioned_at=now,
        )
        mention_again = mention.on_conflict_do_update(
            index_elements=["blind_index"], set_={"mentioned_at": mention.excluded.mentioned_at}
        )
        found: UUID = self._transaction.execute(mention_again.returning(tables.person_numbers.c.person_id)).scalar_one()
        return found

    def get(self, person_id: UUID) -> NationalNumber:
        rest = tables.person_numbers.c
        row = self._transaction.execute(
            sa.select(rest.key_id, rest.sealed_number).where(rest.person_id == person_id)
        ).one_or_none()
        if row is None:
            raise NotFound()
        return self._vault.open(SealedNumber(key_id=row.key_id, sealed=row.sealed_number), person_id=person_id)


class People:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, person: Person) -> None:
        self._transaction.add(person)

    def find(self, person_id: UUID) -> Person | None:
        return self._transaction.get(Person, person_id)

    def get(self, person_id: UUID) -> Person:
        person = self.find(person_id)
        if person is None:
            raise NotFound()
        return person

    def who_chose_a_language(self) -> Iterator[Person]:
        chose = sa.select(Person).where(tables.people.c.language_chosen_at.is_not(None))
        return iter(self._transaction.scalars(chose.execution_options(yield_per=500)))


class Acknowledgements:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, person_id: UUID, notice: str, *, now: datetime) -> None:
        row = insert(tables.acknowledgements).values(person_id=person_id, notice=notice, acknowledged_at=now)
        self._transaction.execute(row.on_conflict_do_nothing())

    def of(self, person_id: UUID) -> set[str]:
        rest = tables.acknowledgements.c
        return set(self._transaction.scalars(sa.select(rest.notice).where(rest.person_id == person_id)))
