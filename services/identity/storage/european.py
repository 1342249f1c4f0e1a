"""Collections: European identities, and the sign-ins that wait for the number of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Transaction
from uuid_utils.compat import uuid7

from contracts.errors import ConcurrentChange, NotFound
from contracts.identity import LinkingUnknown
from services.identity.domain.european import EuropeanIdentity
from services.identity.domain.linking import Linking
from services.identity.domain.vouched import Vouched
from services.identity.storage import tables
from services.identity.storage.clean_up import delete_some
from services.identity.storage.vault import Vault


class EuropeanIdentities:
    def __init__(self, transaction: Transaction, vault: Vault) -> None:
        self._transaction = transaction
        self._vault = vault

    def meet(self, vouched: Vouched, *, now: datetime) -> EuropeanIdentity:
        """The identity that the provider vouches for, known from now on, and ours until the transaction ends."""
        assert vouched.european is not None
        index = self._vault.european_index(vouched.european.identifier)
        facts = {
            "given_name": vouched.given_name,
            "surname": vouched.surname,
            "birth_on": vouched.european.birth_on,
            "language": vouched.language,
            "seen_at": now,
        }
        first = insert(tables.european_identities).values(
            identity_id=uuid7(),
            identifier_index=index,
            country=vouched.european.country,
            state="unlinked",
            decision_reason="",
            version=1,
            **facts,
        )
        again = first.on_conflict_do_update(
            index_elements=["identifier_index"], set_={**facts, "version": tables.european_identities.c.version + 1}
        )
        identity_id = self._transaction.execute(again.returning(tables.european_identities.c.identity_id)).scalar_one()
        return self._transaction.get_one(EuropeanIdentity, identity_id, populate_existing=True)

    def get(self, identity_id: UUID, *, locked: bool = False) -> EuropeanIdentity:
        found = self._transaction.get(EuropeanIdentity, identity_id, with_for_update=locked, populate_existing=locked)
        if found is None:
            raise NotFound()
        return found

    def flush(self) -> None:
        """Raises ConcurrentChange where the number was linked to another at this moment."""
        try:
            self._transaction.flush()
        except IntegrityError as error:
            raise ConcurrentChange() from error

    def linked_to(self, person_id: UUID, *, locked: bool = False) -> EuropeanIdentity | None:
        rest = tables.european_identities.c
        wanted = sa.select(EuropeanIdentity).where(rest.person_id == person_id, rest.state == "linked")
        return self._transaction.scalars(wanted.with_for_update() if locked else wanted).one_or_none()

    def contested(self) -> Sequence[EuropeanIdentity]:
        """Those that wait longest go first."""
        rest = tables.european_identities.c
        wanted = sa.select(EuropeanIdentity).where(rest.state == "contested").order_by(rest.changed_at)
        return self._transaction.scalars(wanted).all()

    def erase(self, person_id: UUID) -> None:
        """Linked to her or contested; who comes back is asked again."""
        rest = tables.european_identities
        hers = sa.select(rest.c.identity_id).where(rest.c.person_id == person_id)
        self._transaction.execute(sa.delete(tables.linkings).where(tables.linkings.c.identity_id.in_(hers)))
        self._transaction.execute(sa.delete(rest).where(rest.c.person_id == person_id))

    def forget_unlinked(self, *, before: datetime) -> int:
        """Of people who came and gave no number that was theirs; not while a sign-in of theirs waits."""
        rest = tables.european_identities.c
        waits = sa.exists().where(tables.linkings.c.identity_id == rest.identity_id)
        over = sa.and_(rest.state == "unlinked", rest.seen_at < before, ~waits)
        return delete_some(self._transaction, tables.european_identities, over)


class Linkings:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(self, linking: Linking) -> None:
        self._transaction.add(linking)

    def get_by_token(self, token_hash: bytes, *, now: datetime, locked: bool = False) -> Linking:
        """Raises LinkingUnknown."""
        wanted = sa.select(Linking).where(tables.linkings.c.token_hash == token_hash)
        found = self._transaction.scalars(wanted.with_for_update() if locked else wanted).one_or_none()
        if found is None:
            raise LinkingUnknown()
        found.require_open(now)
        return found

    def forget_expired(self, *, before: datetime) -> int:
        return delete_some(self._transaction, tables.linkings, tables.linkings.c.expires_at < before)
