"""Storing acts, reading them again, and erasing what they say of a person."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from uuid_utils.compat import uuid7

from chassis.audit.signing import TrailSigner
from chassis.direct import Direct
from chassis.logs import log
from chassis.tables import audit_acts
from contracts.events import ActorFacts, Event

if TYPE_CHECKING:
    from chassis.database import Work

ERASED = "acts_erased"
# The ``service`` of what is done by ``python -m services``.
OPERATOR = "operator"
SALT_SIZE = 16

_STORE = Direct(sa.insert(audit_acts).inline(), ("act_id", "content", "salt", "commitment", "signature"))
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
    told = {name: value for name, value in content.items() if value is not None}
    work.run(_STORE, _act(work.runtime.trail_signer, uuid7(), told))


@dataclass(frozen=True, kw_only=True)
class Operator:
    """Who does something to a service's database with no service around it, and when."""

    signer: TrailSigner
    now: datetime

    def record(self, connection: sa.Connection, action: str, *, subject: str) -> None:
        """In the transaction that does it."""
        content = {"at": self.now.isoformat(), "action": action, "subject": subject, "service": OPERATOR}
        mine: Any = connection.connection.dbapi_connection
        _STORE.run_on(mine, _act(self.signer, uuid7(), content))


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
    acts.

    Content that was altered, perhaps so that it would seem to be about her, stays for ``verify`` to find; where its
    commitment was made to fit, it goes, and ``verify`` finds that the act is none of ours."""
    alone = sa.and_(str(person_id) == ACTOR, PARTY.is_(None), ENTERPRISE.is_(None))
    mine = sa.select(audit_acts).where(sa.or_(str(person_id) == PARTY, alone)).with_for_update()
    acts = []
    for act in work.execute(mine).all():
        # Judged again here: who owns the database may have taught it another meaning of the question.
        if _is_about(person_id, act.content, act.salt, act.commitment):
            acts.append((act.act_id, act.commitment))
        else:
            log.error("audit_act_altered", act_id=str(act.act_id))
    if acts:
        erasure = uuid7()
        these = audit_acts.c.act_id.in_([act_id for act_id, _ in acts])
        work.execute(sa.update(audit_acts).where(these).values(content=None, salt=None, erased_by=erasure))
        told = {"at": work.runtime.now().isoformat(), "action": ERASED, "service": work.runtime.name}
        about = {"subject": f"person:{person_id}", "acts": len(acts), "digest": digest_of(acts)}
        work.run(_STORE, _act(work.runtime.trail_signer, erasure, told | about))
    return len(acts)


def _is_about(person_id: UUID, content: object, salt: bytes | None, commitment: bytes) -> bool:
    if not isinstance(content, dict):
        return False
    party, actor, person = content.get("party"), content.get("actor"), str(person_id)
    is_hers = party == person or (actor == person and party is None and content.get("enterprise") is None)
    return is_hers and salt is not None and commitment_to(content, salt) == commitment


def digest_of(acts: Iterable[tuple[UUID, bytes]]) -> str:
    """Of ids and commitments, in hexadecimal: after an erasure neither is exchanged."""
    return hashlib.sha256(b"".join(sorted(act_id.bytes + commitment for act_id, commitment in acts))).hexdigest()


def commitment_to(content: dict[str, Any], salt: bytes) -> bytes:
    """Who does not know the salt cannot find the content by trying."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(salt + canonical.encode()).digest()


def _act(signer: TrailSigner, act_id: UUID, content: dict[str, Any]) -> dict[str, Any]:
    salt = secrets.token_bytes(SALT_SIZE)
    commitment = commitment_to(content, salt)
    signature = signer.sign_act(act_id, commitment)
    return {"act_id": act_id, "content": content, "salt": salt, "commitment": commitment, "signature": signature}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
