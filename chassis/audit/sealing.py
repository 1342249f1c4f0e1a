"""Giving each act its place in the chain, and signing the chain's head once a day."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.audit.acts import record
from chassis.audit.heads import Head, digest_of, sign
from chassis.clock import today
from chassis.direct import Direct
from chassis.logs import log
from chassis.tables import audit_acts, audit_heads

if TYPE_CHECKING:
    from chassis.database import Work

BATCH = 500
HEAD_SIGNED = "audit_head_signed"
BEGINNING = bytes(32)

_NOT_FOR_LONG = sa.text("SET LOCAL idle_in_transaction_session_timeout = '30s'")
_LOCK = sa.text("SELECT pg_try_advisory_xact_lock(hashtext('audit'))")
_LAST = (
    sa.select(audit_acts.c.sequence, audit_acts.c.chain)
    .where(audit_acts.c.sequence.is_not(None))
    .order_by(audit_acts.c.sequence.desc())
    .limit(1)
)
_UNSEALED = Direct(
    sa.select(audit_acts.c.act_id, audit_acts.c.commitment)
    .where(audit_acts.c.sequence.is_(None))
    .order_by(audit_acts.c.act_id)
    .limit(BATCH)
)
_SEALED = (
    sa.func.unnest(
        sa.bindparam("acts", type_=ARRAY(sa.UUID)),
        sa.bindparam("sequences", type_=ARRAY(sa.BigInteger)),
        sa.bindparam("chains", type_=ARRAY(sa.LargeBinary)),
    )
    .table_valued("act_id", "sequence", "chain")
    .render_derived("sealed")
)
_SEAL = Direct(
    sa.update(audit_acts)
    .where(audit_acts.c.act_id == _SEALED.c.act_id)
    .values(sequence=_SEALED.c.sequence, chain=_SEALED.c.chain)
)
_LAST_HEAD = sa.select(audit_heads.c.statement).order_by(audit_heads.c.sequence.desc()).limit(1)


def seal(work: Work) -> int:
    """Some of the acts that have no place yet, in one transaction; their number, 0 when all are sealed or a replica
    does it at this moment."""
    with work:
        return _seal_some(work) if _lock(work) else 0


def sign_head(work: Work, *, now: datetime) -> None:
    """Once a day, the first time that anything is sealed by then: right after midnight, or when the service starts."""
    day = today(now)
    with work:
        if not _lock(work) or work.execute(sa.select(audit_heads).where(audit_heads.c.signed_on == day)).first():
            return
        # Another replica may be in the middle of many: a head covers all that there is.
        while _seal_some(work) == BATCH:
            pass
        last = work.execute(_LAST).one_or_none()
        if last is None:
            return
        before = work.execute(_LAST_HEAD).scalar_one_or_none()
        head = Head(
            sequence=last.sequence,
            chain=last.chain.hex(),
            signed_on=day,
            signed_at=now,
            previous=None if before is None else digest_of(before),
        )
        statement = sign(head, work.runtime.trail_signer)
        row = {"signed_on": day, "sequence": head.sequence, "statement": statement}
        work.execute(sa.insert(audit_heads).values(row))
        record(work, HEAD_SIGNED, subject=f"audit_head:{day}", acts=head.sequence)
        # Where logs are kept, the head is out of reach of who changes the database.
        log.info("audit_head_signed", sequence=head.sequence, statement=statement)


def _lock(work: Work) -> bool:
    # A host that vanished keeps it no longer than that: nobody else could sign meanwhile.
    work.execute(_NOT_FOR_LONG)
    return bool(work.execute(_LOCK).scalar_one())


def _seal_some(work: Work) -> int:
    last = work.execute(_LAST).one_or_none()
    sequence, chain = (last.sequence, last.chain) if last is not None else (0, BEGINNING)
    acts = work.run(_UNSEALED, {})
    sequences, chains = list(range(sequence + 1, sequence + 1 + len(acts))), []
    for place, act in zip(sequences, acts, strict=True):
        chain = link(chain, place, act.act_id, act.commitment)
        chains.append(chain)
    if acts:
        work.run(_SEAL, {"acts": [act.act_id for act in acts], "sequences": sequences, "chains": chains})
    return len(acts)


def link(chain: bytes, sequence: int, act_id: UUID, commitment: bytes) -> bytes:
    """The digest of all up to this act."""
    return hashlib.sha256(chain + sequence.to_bytes(8) + act_id.bytes + commitment).digest()
