"""Storing acts, reading them again, and erasing what they say of a person."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from uuid_utils.compat import uuid7

from chassis.tables import audit_acts
from contracts.events import ActorFacts, Event

if TYPE_CHECKING:
    from chassis.database import Work

ERASED = "acts_erased"
# The ``service`` of what is done by ``python -m services``.
OPERATOR = "operator"
SALT_SIZE = 16

# Made once: to make a statement anew takes longer than to run it.
_STORE = insert(audit_acts).inline()
_CONTENT = audit_acts.c.content
PARTY, ACTOR, ENTERPRISE = (_CONTENT[name].astext for name in ("party", "actor", "enterprise"))


def record(
    work: Work,
    action: str,
    *,
    subject: str | None,
    party: UUID | None = None,
    enterprise: str | None = None,
    at: datetime | None = None,
    by: ActorFacts | None = None,
    **details: str | int | None,
) -> None:
    """Inside ``with work:``. ``action``: the name of the command or of the event; ``subject``: "dossier:<id>";
    ``party``: the person whom it concerns; ``enterprise``: a BCE number. Who acted: who the work is done for."""
    by = by if by is not None and by != ActorFacts() else work.actor_facts
    content = {
        "at": (at or work.runtime.now()).isoformat(),
        "action": action,
        "subject": subject,
        "party": _text(party),
        "enterprise": _text(enterprise),
        "actor": _text(by.person_id),
        "service": by.service,
        "level": by.level,
        "mandate": _text(by.mandate_id),
        **details,
    }
    _store(work, uuid7(), {name: value for name, value in content.items() if value is not None})


def record_operation(connection: sa.Connection, action: str, *, subject: str | None = None, now: datetime) -> None:
    """What an operator does with no service around it, in the transaction that does it."""
    content = {"at": now.isoformat(), "action": action, "subject": subject, "service": OPERATOR}
    _store(connection, uuid7(), {name: value for name, value in content.items() if value is not None})


def record_event(work: Work, event: Event, *, party: UUID | None = None) -> None:
    """The act that an event announces: its type, its subject, the enterprise and the person that it names; ``party``
    where it names none."""
    record(
        work,
        event.type,
        subject=f"{event.subject_id.removesuffix('_id')}:{event.subject}",
        party=getattr(event, "person_id", party),
        enterprise=getattr(event, "bce_number", None),
        at=event.occurred_at,
        by=event.actor,
    )


def list_acts(
    work: Work, *, party: UUID, before: UUID | None = None, most: int = 1000
) -> tuple[list[dict[str, Any]], UUID | None]:
    """What was done that concerns a person, and what she did herself; the newest first. Inside ``with work:``. With
    them, before which act to go on, when there are more."""
    mine = sa.or_(str(party) == PARTY, str(party) == ACTOR)
    # The ids are in the order of time.
    acts = sa.select(audit_acts.c.act_id, _CONTENT).where(mine).order_by(audit_acts.c.act_id.desc()).limit(most + 1)
    if before is not None:
        acts = acts.where(audit_acts.c.act_id < before)
    rows = work.execute(acts).all()
    return [row.content for row in rows[:most]], rows[most - 1].act_id if len(rows) > most else None


def erase(work: Work, *, person_id: UUID) -> int:
    """Remove the content of all acts about a person, and of those that she did for nobody else: what an agent did to
    others is theirs. That this was done, and to which acts, is an act itself. Inside ``with work:``; the number of
    acts."""
    erasure = uuid7()
    alone = sa.and_(str(person_id) == ACTOR, PARTY.is_(None), ENTERPRISE.is_(None))
    mine = sa.or_(str(person_id) == PARTY, alone)
    emptied = sa.update(audit_acts).where(mine).values(content=None, salt=None, erased_by=erasure)
    act_ids = list(work.execute(emptied.returning(audit_acts.c.act_id)).scalars())
    if act_ids:
        told = {"at": work.runtime.now().isoformat(), "action": ERASED, "service": work.runtime.name}
        about = {"subject": f"person:{person_id}", "acts": len(act_ids), "digest": digest_of(act_ids)}
        _store(work, erasure, told | about)
    return len(act_ids)


def digest_of(act_ids: Iterable[UUID]) -> str:
    return hashlib.sha256(b"".join(sorted(act_id.bytes for act_id in act_ids))).hexdigest()


def commitment_to(content: dict[str, Any], salt: bytes) -> bytes:
    """Who does not know the salt cannot find the content by trying."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(salt + canonical.encode()).digest()


def _store(work: Work | sa.Connection, act_id: UUID, content: dict[str, Any]) -> None:
    salt = secrets.token_bytes(SALT_SIZE)
    row = {"act_id": act_id, "content": content, "salt": salt, "commitment": commitment_to(content, salt)}
    work.execute(_STORE, row)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
