"""Is the audit trail as it was written?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from joserfc.jwk import KeySet

from chassis.audit.acts import ERASED, commitment_to, digest_of
from chassis.audit.heads import Head, HeadInvalid, load_keys, read
from chassis.audit.sealing import BEGINNING, HEAD_SIGNED, link
from chassis.tables import audit_acts, audit_heads

# What is older and has no place in the chain was hidden from the sealer, or the sealer does not run.
SEALED_WITHIN = timedelta(minutes=10)


@dataclass(kw_only=True)
class Verdict:
    """``faults``: a sentence each; none means that nothing was altered, taken away or put in."""

    acts: int = 0
    erased: int = 0
    unsealed: int = 0
    heads: int = 0
    faults: list[str] = field(default_factory=list)


def verify(
    engine: sa.Engine, *, service: str, keys_file: Path, now: datetime, kept_heads: Iterable[str] = ()
) -> Verdict:
    """``kept_heads``: statements that were kept outside of the database, such as in the log. Raises KeysUnusable."""
    keys = load_keys(keys_file, service)
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        stored = _stored_heads(connection)
        inquiry = _Inquiry(now)
        inquiry.read_heads(dict.fromkeys([*stored, *kept_heads]), service=service, keys=keys)
        in_order = sa.select(audit_acts).order_by(audit_acts.c.sequence.asc().nulls_last(), audit_acts.c.act_id)
        for act in connection.execute(in_order, execution_options={"yield_per": 1000}):
            inquiry.look_at(act)
    inquiry.conclude()
    return inquiry.verdict


def list_heads(engine: sa.Engine) -> Sequence[str]:
    """The signed heads, the oldest first."""
    with engine.connect() as connection:
        return _stored_heads(connection)


def _stored_heads(connection: sa.Connection) -> Sequence[str]:
    return connection.execute(sa.select(audit_heads.c.statement).order_by(audit_heads.c.signed_on)).scalars().all()


class _Inquiry:
    """One walk along the chain."""

    def __init__(self, now: datetime) -> None:
        self.verdict = Verdict()
        self._now = now
        self._sequence, self._chain = 0, BEGINNING
        self._heads: dict[int, list[Head]] = defaultdict(list)
        self._erased: dict[UUID, list[UUID]] = defaultdict(list)
        self._erasures: dict[UUID, dict[str, Any]] = {}
        self._days: set[str] = set()
        self._signed: set[str] = set()

    def read_heads(self, statements: Iterable[str], *, service: str, keys: KeySet) -> None:
        for statement in statements:
            self.verdict.heads += 1
            try:
                head = read(statement, service=service, keys=keys)
            except HeadInvalid as error:
                self._blame(f"a head cannot be believed: {error}")
            else:
                self._heads[head.sequence].append(head)
                self._days.add(head.signed_on.isoformat())

    def look_at(self, act: sa.Row[Any]) -> None:
        self.verdict.acts += 1
        if act.sequence is None:
            self.verdict.unsealed += 1
        else:
            self._follow(act)
        if act.content is None and act.salt is None and act.erased_by is not None:
            self.verdict.erased += 1
            self._erased[act.erased_by].append(act.act_id)
        else:
            self._read(act)

    def conclude(self) -> None:
        for erasure, act_ids in self._erased.items():
            told = self._erasures.pop(erasure, None)
            if told is None or (told["acts"], told["digest"]) != (len(act_ids), digest_of(act_ids)):
                self._blame(f"the content of {len(act_ids)} acts was removed otherwise than by an erasure")
        for told in self._erasures.values():
            self._blame(f"an erasure of {told['acts']} acts at {told['at']} was undone or never was")
        for day in sorted(self._signed - self._days):
            self._blame(f"there is no head of {day} that can be believed, though one was signed")
        for sequence, heads in self._heads.items():
            for head in heads:
                self._blame(f"the head of {head.signed_on} knew of {sequence} acts, there are {self._sequence}")

    def _follow(self, act: sa.Row[Any]) -> None:
        if act.sequence != self._sequence + 1:
            self._blame(f"acts {self._sequence + 1} to {act.sequence - 1} were taken away")
        elif act.chain != link(self._chain, act.sequence, act.act_id, act.commitment):
            self._blame(f"act {act.sequence} does not follow from the one before")
        # From here as it stands, so that one fault is told once.
        self._sequence, self._chain = act.sequence, act.chain
        for head in self._heads.pop(act.sequence, ()):
            if head.chain != act.chain.hex():
                self._blame(f"the chain up to act {act.sequence} is not that whose head was signed on {head.signed_on}")

    def _read(self, act: sa.Row[Any]) -> None:
        named = f"act {act.sequence}" if act.sequence is not None else f"the act {act.act_id}, not sealed yet,"
        altered = (
            act.content is None
            or act.salt is None
            or act.erased_by is not None
            or commitment_to(act.content, act.salt) != act.commitment
        )
        if altered:
            self._blame(f"{named} was altered")
            return
        if act.content["action"] == ERASED:
            self._erasures[act.act_id] = act.content
        elif act.content["action"] == HEAD_SIGNED:
            self._signed.add(act.content["subject"].partition(":")[2])
        if act.sequence is None and datetime.fromisoformat(act.content["at"]) < self._now - SEALED_WITHIN:
            self._blame(f"{named} is of {act.content['at']}: it was put in, or nothing seals")

    def _blame(self, sentence: str) -> None:
        self.verdict.faults.append(sentence)
