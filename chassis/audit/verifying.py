"""Is the audit trail as it was written?"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from joserfc.jwk import KeySet

from chassis.audit.acts import ERASED, OPERATOR, commitment_to, digest_of
from chassis.audit.heads import Head, HeadInvalid, load_keys, read
from chassis.audit.heads import digest_of as digest_of_head
from chassis.audit.sealing import BEGINNING, HEAD_SIGNED, link
from chassis.clock import today
from chassis.tables import audit_acts, audit_heads
from contracts import wire

# What is older and has no place in the chain was hidden from the sealer, or the sealer does not run.
SEALED_WITHIN = timedelta(minutes=10)


# As text: what no program could have stored as an act is to be a fault too, and not the end of the walk.
_CONTENT = sa.cast(audit_acts.c.content, sa.Text).label("content")
_ACTS: sa.Select[Any] = sa.select(*(column for column in audit_acts.c if column.name != "content"), _CONTENT).order_by(
    audit_acts.c.sequence.asc().nulls_last(), audit_acts.c.act_id
)


@dataclass(kw_only=True)
class Verdict:
    """``faults``: a sentence each; none means that nothing was altered, taken away or put in. ``erasures``: when, of
    whom and of how many acts. Who can write to the database can invent one, of acts of any age: whoever keeps the log
    compares them with what it says (``account_erased``)."""

    acts: int = 0
    erased: int = 0
    unsealed: int = 0
    heads: int = 0
    erasures: list[str] = field(default_factory=list)
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
        for act in connection.execute(_ACTS, execution_options={"yield_per": 1000}):
            inquiry.look_at(act)
    inquiry.conclude()
    return inquiry.verdict


def list_heads(engine: sa.Engine) -> Sequence[str]:
    """The signed heads, the oldest first."""
    with engine.connect() as connection:
        return _stored_heads(connection)


def _stored_heads(connection: sa.Connection) -> Sequence[str]:
    return connection.execute(sa.select(audit_heads.c.statement).order_by(audit_heads.c.signed_on)).scalars().all()


@dataclass(frozen=True, kw_only=True)
class _Told:
    """What we look at of an act's content; the last two are those of an erasure."""

    at: datetime
    action: str
    subject: str | None = None
    service: str | None = None
    acts: int | None = None
    digest: str | None = None


def _told_by(act: sa.Row[Any]) -> _Told | None:
    """None for what is not as it was committed to, or is no act."""
    if act.content is None or act.salt is None or act.erased_by is not None:
        return None
    try:
        content = json.loads(act.content)
        told = wire.load(_Told, content)
        today(told.at)  # the ends of the calendar have none
        return told if commitment_to(content, act.salt) == act.commitment else None
    except (ValueError, OverflowError, RecursionError):
        return None


class _Inquiry:
    """One walk along the chain."""

    def __init__(self, now: datetime) -> None:
        self.verdict = Verdict()
        self._now = now
        self._sequence, self._chain = 0, BEGINNING
        self._heads: dict[int, list[Head]] = defaultdict(list)
        self._erased: dict[UUID, list[UUID]] = defaultdict(list)
        self._erasures: dict[UUID, _Told] = {}
        self._head_of: dict[date, Head] = {}
        self._signed: set[str] = set()
        self._unsigned: dict[date, tuple[datetime, datetime]] = {}

    def read_heads(self, statements: Iterable[str], *, service: str, keys: KeySet) -> None:
        believed: dict[str, Head] = {}
        for statement in statements:
            self.verdict.heads += 1
            try:
                head = read(statement, service=service, keys=keys)
            except HeadInvalid as error:
                self._blame(f"a head cannot be believed: {error}")
            else:
                self._heads[head.sequence].append(head)
                believed[digest_of_head(statement)] = head
                if self._head_of.setdefault(head.signed_on, head) != head:
                    self._blame(f"two heads were signed on {head.signed_on}")
        for place, head in enumerate(sorted(believed.values(), key=lambda head: head.sequence)):
            is_first = head.previous is None and (place == 0 or head.signed_at is None)
            if not is_first and head.previous not in believed:
                self._blame(f"the head that was signed before that of {head.signed_on} was taken away")

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
            if told is None or (told.acts, told.digest) != (len(act_ids), digest_of(act_ids)):
                self._blame(f"the content of {len(act_ids)} acts was removed otherwise than by an erasure")
            else:
                self.verdict.erasures.append(f"{told.at} {told.subject}: {told.acts} acts")
        for told in self._erasures.values():
            self._blame(f"an erasure of {told.acts} acts at {told.at} was undone or never was")
        for signed_on in sorted(self._signed - {day.isoformat() for day in self._head_of}):
            self._blame(f"there is no head of {signed_on} that can be believed, though one was signed")
        for day, (first, last) in sorted(self._unsigned.items()):
            if last - first > SEALED_WITHIN:
                self._blame(f"{day} has acts from {first} to {last} that no head was signed over in time")
        for sequence, heads in self._heads.items():
            for head in heads:
                self._blame(f"the head of {head.signed_on} knew of {sequence} acts, there are {self._sequence}")

    def _follow(self, act: sa.Row[Any]) -> None:
        if act.sequence != self._sequence + 1:
            self._blame(f"acts {self._sequence + 1} to {act.sequence - 1} were taken away")
        elif act.chain != link(self._chain, act.sequence, act.act_id, act.commitment):
            self._blame(f"act {act.sequence} does not follow from the one before")
        # From here as it stands, so that one fault is told once.
        self._sequence, self._chain = act.sequence, act.chain or BEGINNING
        for head in self._heads.pop(act.sequence, ()):
            if head.chain != self._chain.hex():
                self._blame(f"the chain up to act {act.sequence} is not that whose head was signed on {head.signed_on}")

    def _read(self, act: sa.Row[Any]) -> None:
        named = f"act {act.sequence}" if act.sequence is not None else f"the act {act.act_id}, not sealed yet,"
        told = _told_by(act)
        if told is None:
            self._blame(f"{named} was altered")
            return
        if told.action == ERASED:
            self._erasures[act.act_id] = told
        elif told.action == HEAD_SIGNED:
            self._signed.add(str(told.subject).partition(":")[2])
        if act.sequence is None:
            if told.at < self._now - SEALED_WITHIN:
                self._blame(f"{named} is of {told.at}: it was put in, or nothing seals")
        elif told.service != OPERATOR:
            self._look_for_head(act.sequence, told.at)

    def _look_for_head(self, sequence: int, at: datetime) -> None:
        """A service signs the head of a day as soon as anything is done on it, before it has run for some minutes: a
        head cannot be signed again afterwards without showing that it is late. What is done after it is the next
        one's. A few acts may be without, where the service died; an operator acts while it is down."""
        day = today(at)
        head = self._head_of.get(day)
        signed_at = self._now if head is None else head.signed_at
        if signed_at is None or (head is not None and head.sequence < sequence) or at > signed_at - SEALED_WITHIN:
            return
        first, last = self._unsigned.get(day, (at, at))
        self._unsigned[day] = min(first, at), max(last, at)

    def _blame(self, sentence: str) -> None:
        self.verdict.faults.append(sentence)
