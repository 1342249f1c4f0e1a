"""The floor of ``make bench ONLY=command`` makes the statements that delegation makes: else they would not compare."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import sqlalchemy as sa

from bench.command import floor
from chassis import idempotency
from chassis.admission import Call
from chassis.statements import Actor
from services.delegation import commands, limits, views
from tests.unit.delegation.builders import AMELIE, DAVID

ASKED = {"bce_number": "0403019261", "role": "reader", "message": "Je suivrais leurs dossiers."}


def test_the_floor_makes_delegations_statements_in_their_order(office):
    made: list[str] = []
    sa.event.listen(office.runtime.engine, "before_cursor_execute", lambda *told: made.append(told[2]))
    _ask_delegation(office, AMELIE)
    by_hand = _ask_floor(office, DAVID)

    assert [_of(statement) for statement in by_hand] == [_of(statement) for statement in made]
    assert len(made) == 12


def _ask_delegation(office: Any, person_id: Any) -> None:
    now = datetime.now(UTC)
    call: Any = Call(
        runtime=office.runtime,
        work=office.work(),
        now=now,
        _actor=Actor(person_id=person_id, session_id=uuid4(), level=400, roles=[]),
        _person=None,
        decision=None,
        service=None,
        command_id=uuid4(),
    )

    def act() -> Any:
        request = commands.request_role(call.work, **ASKED, requested_by=person_id, requester_name="Amélie", now=now)
        return {"role_request_id": str(views.role_request(request, now=now).role_request_id)}

    limits.ROLE_REQUESTS.count(call, ASKED)
    idempotency.once(call, "request_role", ASKED, act)


def _ask_floor(office: Any, person_id: Any) -> list[str]:
    url = office.runtime.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    made: list[str] = []

    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *more: Any, **options: Any) -> Any:
            made.append(query)
            return super().execute(query, *more, **options)

    with psycopg.connect(url, cursor_factory=Noting) as database:
        floor.request_role(
            database, ASKED | {"person_id": str(person_id), "requester_name": "D", "command_id": str(uuid4())}
        )
    return made


def _of(statement: str) -> list[str]:
    """Its verb, the tables in it, and whether it holds them still."""
    return re.findall(r"\bINSERT INTO \w+|\bUPDATE \w+|\b(?:FROM|JOIN) \w+|\bFOR SHARE|\bUNION", statement)
