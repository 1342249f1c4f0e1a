"""Collections: who was ever mentioned, who signed in, which notices they have read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session as Transaction

from contracts.errors import NotFound
from contracts.identifiers import NationalNumber
from services.identity.domain.person import Person
from services.identity.storage import tables
from services.identity.storage.vault import SealedNumber, Vault, VaultBroken


@dataclass(frozen=True, kw_only=True)
class Resealed:
    """``broken``: whose number cannot be opened. ``last``: the id to go on after; None when there was none left."""

    count: int
    broken: list[UUID]
    last: UUID | None


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
            erasures=0,
        )
        mention_again = mention.on_conflict_do_update(
            index_elements=["blind_index"], set_={"mentioned_at": mention.excluded.mentioned_at}
        )
        found: UUID = self._transaction.execute(mention_again.returning(tables.person_numbers.c.person_id)).scalar_one()
        return found

    def erase(self, person_id: UUID, *, now: datetime) -> int:
        """The number goes, its blind index stays: who comes back is the same person. How often that was done."""
        rest = tables.person_numbers
        erased = sa.update(rest).where(rest.c.person_id == person_id)
        emptied = erased.values(key_id=None, sealed_number=None, erasures=rest.c.erasures + 1, erased_at=now)
        return int(self._transaction.execute(emptied.returning(rest.c.erasures)).scalar_one())

    def keep_again(self, person_id: UUID, number: NationalNumber) -> None:
        """Of one who was erased and came back."""
        rest = tables.person_numbers
        sealed = self._vault.seal(number, person_id=person_id)
        empty = sa.update(rest).where(rest.c.person_id == person_id, rest.c.sealed_number.is_(None))
        self._transaction.execute(empty.values(key_id=sealed.key_id, sealed_number=sealed.sealed))

    def erased(self) -> Iterator[tuple[UUID, int, datetime]]:
        """Those who were erased: id, how often, when last. Who came back is among them: a neighbour whose database
        was restored may know of neither."""
        rest = tables.person_numbers.c
        wanted = sa.select(rest.person_id, rest.erasures, rest.erased_at).where(rest.erasures > 0)
        rows = self._transaction.execute(wanted.execution_options(yield_per=500))
        yield from ((row.person_id, row.erasures, row.erased_at) for row in rows)

    def get(self, person_id: UUID) -> NationalNumber:
        rest = tables.person_numbers.c
        row = self._transaction.execute(
            sa.select(rest.key_id, rest.sealed_number).where(rest.person_id == person_id)
        ).one_or_none()
        if row is None or row.sealed_number is None:
            raise NotFound()
        return self._vault.open(SealedNumber(key_id=row.key_id, sealed=row.sealed_number), person_id=person_id)

    def reseal_some(self, *, after: UUID, most: int = 200) -> Resealed:
        """Under the current key, in the order of their ids; rows that another process holds are left to it, and those
        that cannot be opened stay as they are."""
        rest = tables.person_numbers.c
        old = sa.select(rest.person_id, rest.key_id, rest.sealed_number).where(rest.key_id != self._vault.current)
        page = old.where(rest.person_id > after).order_by(rest.person_id).limit(most)
        rows = self._transaction.execute(page.with_for_update(skip_locked=True)).all()
        broken: list[UUID] = []
        for row in rows:
            try:
                number = self._vault.open(
                    SealedNumber(key_id=row.key_id, sealed=row.sealed_number), person_id=row.person_id
                )
            except VaultBroken:
                broken.append(row.person_id)
                continue
            sealed = self._vault.seal(number, person_id=row.person_id)
            again = sa.update(tables.person_numbers).where(rest.person_id == row.person_id)
            self._transaction.execute(again.values(key_id=sealed.key_id, sealed_number=sealed.sealed))
        return Resealed(count=len(rows) - len(broken), broken=broken, last=rows[-1].person_id if rows else None)

    def count_by_key(self) -> dict[str, int]:
        """{key: numbers that are under it}."""
        rest = tables.person_numbers.c
        counted = sa.select(rest.key_id, sa.func.count()).group_by(rest.key_id)
        return {row[0]: row[1] for row in self._transaction.execute(counted.where(rest.key_id.is_not(None)))}


class People:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, person: Person) -> None:
        self._transaction.add(person)

    def find(self, person_id: UUID) -> Person | None:
        return self._transaction.get(Person, person_id)

    def get(self, person_id: UUID, *, locked: bool = False) -> Person:
        person = self._transaction.get(Person, person_id, with_for_update=locked, populate_existing=locked)
        if person is None:
            raise NotFound()
        return person

    def erase(self, person_id: UUID) -> None:
        """She, and all that is hers alone. Her number is not here."""
        for table in (tables.sessions, tables.links, tables.contacts, tables.acknowledgements, tables.people):
            self._transaction.execute(sa.delete(table).where(table.c.person_id == person_id))
        self._transaction.execute(
            sa.delete(tables.education_staff).where(tables.education_staff.c.person_id == person_id)
        )

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
