"""Is the audit trail as it was written?"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from joserfc.jwk import KeySet

from chassis.audit.acts import ERASED, OPERATOR, commitment_to, digest_of
from chassis.audit.days import Heads
from chassis.audit.order import SEALED_WITHIN, Order, named
from chassis.audit.sealing import HEAD_SIGNED
from chassis.audit.signing import is_signed, load_keys
from chassis.clock import today
from chassis.tables import audit_acts, audit_heads
from contracts import wire

# As text: what no program could have stored as an act is to be a fault too, and not the end of the walk.
_CONTENT = sa.cast(audit_acts.c.content, sa.Text).label("content")
_ACTS: sa.Select[Any] = sa.select(*(column for column in audit_acts.c if column.name != "content"), _CONTENT).order_by(
    audit_acts.c.sequence.asc().nulls_last(), audit_acts.c.act_id
)


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
        heads = Heads(dict.fromkeys([*stored, *kept_heads]), service=service, keys=keys, now=now)
        inquiry = _Inquiry(service, keys, heads, now)
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


def _is_well_formed(act: sa.Row[Any]) -> bool:
    """The columns may have been changed too."""
    is_numbered = act.sequence is None or (isinstance(act.sequence, int) and act.sequence > 0)
    are_bytes = all(isinstance(value, bytes | None) for value in (act.salt, act.signature, act.chain))
    return is_numbered and are_bytes and isinstance(act.act_id, UUID) and isinstance(act.commitment, bytes)


class _Inquiry:
    """One walk along the chain."""

    def __init__(self, service: str, keys: KeySet, heads: Heads, now: datetime) -> None:
        self.verdict = Verdict(heads=heads.count, faults=heads.faults)
        self._service, self._keys, self._heads, self._now = service, keys, heads, now
        self._order = Order()
        self._erased: dict[UUID, list[tuple[UUID, bytes]]] = defaultdict(list)
        self._erasures: dict[UUID, _Told] = {}
        # {day: how many acts a head was signed over on it}
        self._signed: dict[str, set[int]] = {}

    def look_at(self, act: sa.Row[Any]) -> None:
        self.verdict.acts += 1
        if not _is_well_formed(act):
            self._blame(f"{named(act)} was altered")
            return
        if act.sequence is None:
            self.verdict.unsealed += 1
        else:
            self._blame(*self._order.take_place(act))
            self._blame(*self._heads.compare(act.sequence, self._order.chain))
        if not is_signed(act.act_id, act.commitment, act.signature, service=self._service, keys=self._keys):
            self._blame(f"{named(act)} was not recorded by {self._service}")
            return
        self._blame(*self._order.take_time(act))
        if act.content is None and act.salt is None and act.erased_by is not None:
            self.verdict.erased += 1
            self._erased[act.erased_by].append((act.act_id, act.commitment))
        else:
            self._read(act)

    def conclude(self) -> None:
        for erasure, acts in self._erased.items():
            told = self._erasures.pop(erasure, None)
            if told is None or (told.acts, told.digest) != (len(acts), digest_of(acts)):
                self._blame(f"the content of {len(acts)} acts was removed otherwise than by an erasure")
        for told in self._erasures.values():
            self._blame(f"an erasure of {told.acts} acts at {told.at} was undone or never was")
        for signed_on, covered in sorted(self._signed.items()):
            head = self._heads.find(signed_on)
            if head is None or head.sequence not in covered:
                self._blame(f"there is no head of {signed_on} that can be believed, though one was signed")
        for head in self._heads.all:
            if head.signed_on.isoformat() not in self._signed and head.sequence <= self._order.sequence:
                self._blame(f"the act that the head of {head.signed_on} was signed was taken away")
        self._blame(*self._heads.conclude(self._order.sequence))

    def _read(self, act: sa.Row[Any]) -> None:
        told = _told_by(act)
        if told is None:
            self._blame(f"{named(act)} was altered")
            return
        if told.action == ERASED:
            self._erasures[act.act_id] = told
        elif told.action == HEAD_SIGNED:
            covered = -1 if told.acts is None else told.acts
            self._signed.setdefault(str(told.subject).partition(":")[2], set()).add(covered)
            if self._order.leaves_out(covered, act):
                self._blame(f"{named(act)} is a head over {covered} acts, though there were older ones after them")
        if act.sequence is None:
            if told.at < self._now - SEALED_WITHIN:
                self._blame(f"{named(act)} is of {told.at}: it was put in, or nothing seals")
        elif told.service != OPERATOR:
            # Who acts while the service is down.
            self._heads.look_for(act.sequence, told.at)

    def _blame(self, *sentences: str) -> None:
        self.verdict.faults.extend(sentences)
