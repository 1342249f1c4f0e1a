"""The floors of ``make bench`` do what delegation does: else they would not compare."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg

from bench.check import by_hand, town
from bench.command import floor
from chassis import idempotency
from chassis.admission import Call
from chassis.statements import Actor
from services.delegation import commands, limits, views
from tests.support.statements import Made, note_statements, noting
from tests.unit.delegation.builders import AMELIE, DAVID

ASKED = {"bce_number": "0403019261", "role": "reader", "message": "Je suivrais leurs dossiers."}


def test_the_floor_makes_delegations_statements_in_their_order(office):
    made = _ask_delegation(office, AMELIE)
    by_hand = _ask_floor(office, DAVID)

    assert [_of(each.text) for each in by_hand] == [_of(each.text) for each in made]
    assert len(made) == 12


def test_the_check_by_hand_decides_as_delegation_does_and_dossiers_of_the_same_mandates(office, database_of, tmp_path):
    url, dossiers_url = _url_of(office), database_of("dossiers")
    town.fill(url, dossiers_url, 800)
    town.pick(url, tmp_path / "questions.json")
    questions = town.load(str(tmp_path / "questions.json"))
    office.now = datetime.now(UTC)

    with by_hand.connect(url) as database:
        decided = [by_hand.decide(by_hand.look_up(database, each), each, by_hand.today()) for each in questions]
    answers = [
        office.check(
            UUID(each["person_id"]),
            each["permission"],
            bce_number=each["bce_number"],
            procedure=each["procedure"],
            establishment=each["establishment"],
        ).decision
        for each in questions
    ]

    assert answers == decided
    assert 0 < sum(decided) < len(decided)
    with psycopg.connect(dossiers_url) as copied:
        # And those of Bernard and Chantal.
        assert copied.execute("SELECT count(*) FROM mandates").fetchone() == (802,)


def _ask_delegation(office: Any, person_id: Any) -> list[Made]:
    made = note_statements(office.runtime.engine)
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
    return made


def _ask_floor(office: Any, person_id: Any) -> list[Made]:
    made: list[Made] = []
    with psycopg.connect(_url_of(office), autocommit=True, cursor_factory=noting(made)) as database:
        floor.request_role(
            database, ASKED | {"person_id": str(person_id), "requester_name": "D", "command_id": str(uuid4())}
        )
    return made


def _url_of(office: Any) -> str:
    address: str = office.runtime.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return address


def _of(statement: str) -> list[str]:
    """Its verb, the tables in it, and whether it holds them still."""
    return re.findall(r"\bINSERT INTO \w+|\bUPDATE \w+|\b(?:FROM|JOIN) \w+|\bFOR SHARE|\bUNION", statement)
