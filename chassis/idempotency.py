"""Every command is idempotent: a repeat with the same ``command_id`` gets the first answer.

Key: (caller, command, command_id). A refusal rolls back and is not remembered.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, insert

from chassis.database import Work
from chassis.direct import Direct
from chassis.tables import commands
from contracts.errors import CommandIdReused

if TYPE_CHECKING:
    from chassis.admission import Call

KEPT = timedelta(days=30)
NATIONAL_NUMBER = "national_number"

_KEY = sa.and_(*(commands.c[name] == sa.bindparam(f"this_{name}") for name in ("caller", "command", "command_id")))
_CLAIM = Direct(
    insert(commands).on_conflict_do_nothing().returning(commands.c.command_id),
    ("caller", "command", "command_id", "digest", "done_at"),
)
_REMEMBER = Direct(sa.update(commands).where(_KEY).values(answer=sa.bindparam("its_answer", type_=JSONB)))
_REMEMBERED = Direct(sa.select(commands.c.digest, commands.c.answer).where(_KEY))


def once(call: Call, command: str, payload: dict[str, Any], act: Callable[[], Any]) -> Any:
    """Run a command in one transaction with the memory of its answer (plain JSON), or give the first answer again."""
    caller = str(call.actor.person_id) if call.service is None else call.service.name
    key = {"caller": caller, "command": command, "command_id": call.command_id}
    work: Work = call.work
    digest = _digest(payload, work.runtime.digest_key)
    with work:
        # A second request at the same moment waits here until the first one has committed or rolled back.
        if not work.run(_CLAIM, {**key, "digest": digest, "done_at": call.now}):
            return _first_answer(work, key, digest)
        answer = act()
        if not work.is_recorded:
            _require_about_nothing(command, payload)
            work.record(command, party=call.work.actor_facts.person_id)
        work.run(_REMEMBER, {**_this(key), "its_answer": answer})
    return answer


def _require_about_nothing(command: str, payload: dict[str, Any]) -> None:
    """That somebody did it is the whole act only where the command names nothing; else it says itself what about."""
    given = [name for name, value in payload.items() if value is not None and name != "command_id"]
    if named := [name for name in given if name.endswith("_id") or name == "bce_number"]:
        raise RuntimeError(f"{command} announces and records nothing, though it is about a {', '.join(named)}")


def _digest(payload: dict[str, Any], key: bytes | None) -> str:
    """National numbers are so few that a plain digest gives them away to who tries them all: they are in it under the
    service's key, or not at all."""
    told = {name: value for name, value in payload.items() if name != NATIONAL_NUMBER}
    if key is not None and NATIONAL_NUMBER in payload:
        told[NATIONAL_NUMBER] = hmac.digest(key, str(payload[NATIONAL_NUMBER]).encode(), hashlib.sha256).hex()
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


def forget_old(work: Work, *, before: Any, batch: int = 1000) -> int:
    """Delete what was remembered before an instant, some at a time so that no lock is long."""
    old: sa.Select[Any] = (
        sa.select(sa.literal_column("ctid")).select_from(commands).where(commands.c.done_at < before).limit(batch)
    )
    with work:
        deleted = work.execute(sa.delete(commands).where(sa.literal_column("ctid").in_(old)))
    return int(deleted.rowcount)


def forget_person(work: Work, person_id: UUID, *, before: datetime) -> None:
    """What was answered until then to somebody who is erased, or about her. Inside ``with work:``."""
    told_of_her = commands.c.answer["person_id"].astext == str(person_id)
    hers = sa.or_(commands.c.caller == str(person_id), told_of_her)
    work.execute(sa.delete(commands).where(hers, commands.c.done_at <= before))


def _first_answer(work: Work, key: dict[str, Any], digest: str) -> Any:
    (row,) = work.run(_REMEMBERED, _this(key))
    if row.digest != digest:
        raise CommandIdReused(command_id=str(key["command_id"]))
    return row.answer


def _this(key: dict[str, Any]) -> dict[str, Any]:
    return {f"this_{name}": value for name, value in key.items()}
