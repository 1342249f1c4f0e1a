import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis import idempotency
from chassis.database import Work
from chassis.statements import Actor
from chassis.tables import commands
from contracts.errors import CommandIdReused, NotFound
from tests.integration.chassis.ledger import NOON, entries, write

AMELIE = UUID("01920000-0000-7000-8000-000000000001")
BERNARD = UUID("01920000-0000-7000-8000-000000000002")


@dataclass
class ACall:
    """As a door makes it."""

    work: Work
    command_id: UUID = field(default_factory=uuid4)
    person_id: UUID = AMELIE
    now: Any = NOON
    service: None = None

    @property
    def actor(self):
        return Actor(person_id=self.person_id, session_id=self.person_id, level=400, roles=[])


def ask(ledger, command_id, text="hello", *, person_id=AMELIE, command="write", act=None):
    work = Work(ledger)

    def default():
        write(work, f"{text} {uuid4()}")
        return {"said": text}

    call = ACall(work, command_id, person_id)
    return idempotency.once(call, command, {"text": text, "command_id": str(command_id)}, act or default)


def test_a_repeat_gets_the_first_answer_and_changes_nothing(ledger):
    command_id = uuid4()

    assert ask(ledger, command_id) == ask(ledger, command_id) == {"said": "hello"}
    assert len(ledger.rows(entries)) == 1


def test_the_same_id_with_another_payload_is_refused(ledger):
    command_id = uuid4()
    ask(ledger, command_id)

    with pytest.raises(CommandIdReused):
        ask(ledger, command_id, "good bye")


def test_an_id_belongs_to_one_caller_and_one_command(ledger):
    command_id = uuid4()
    ask(ledger, command_id)
    ask(ledger, command_id, person_id=BERNARD)
    ask(ledger, command_id, command="write_again")

    assert len(ledger.rows(entries)) == 3


def test_a_refusal_is_not_remembered(ledger):
    command_id = uuid4()

    def refuse():
        raise NotFound()

    with pytest.raises(NotFound):
        ask(ledger, command_id, act=refuse)

    assert ask(ledger, command_id) == {"said": "hello"}


def test_an_answer_of_nothing_is_remembered_too(ledger):
    command_id, times = uuid4(), []

    for _ in range(2):
        assert ask(ledger, command_id, act=lambda: times.append(1)) is None

    assert times == [1]


def test_two_at_the_same_moment_are_one(ledger):
    command_id, answers = uuid4(), []
    together = threading.Barrier(8)

    def press():
        together.wait()
        answers.append(ask(ledger, command_id))

    presses = [threading.Thread(target=press) for _ in range(8)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()

    assert answers == [{"said": "hello"}] * 8
    assert len(ledger.rows(entries)) == 1


def test_what_is_older_than_its_term_is_forgotten_some_at_a_time(ledger):
    for _ in range(3):
        ask(ledger, uuid4())

    forgotten = [idempotency.forget_old(Work(ledger), before=NOON + timedelta(seconds=1), batch=2) for _ in range(3)]

    assert forgotten == [2, 1, 0]
    assert ledger.rows(commands) == []


def test_a_national_number_leaves_no_digest_without_a_key(ledger):
    """There are so few numbers that all can be tried: a repeat is known by its id and by what stands beside."""
    work, command_id = Work(ledger), uuid4()
    call = ACall(work, command_id)

    def say(number):
        return idempotency.once(call, "name", {"national_number": number, "role": "reader"}, lambda: {"said": number})

    assert say("85073003328") == say("68031499930") == {"said": "85073003328"}


def test_with_the_key_of_the_service_another_number_is_another_command(ledger):
    command_id, act = uuid4(), dict

    def say(number, key=b"of the service"):
        ledger.digest_key = key
        return idempotency.once(ACall(Work(ledger), command_id), "name", {"national_number": number}, act)

    assert say("85073003328") == say("85073003328") == {}
    with pytest.raises(CommandIdReused):
        say("68031499930")
    # Who has the database and no key learns nothing by trying.
    with pytest.raises(CommandIdReused):
        say("85073003328", b"guessed")


def test_what_was_answered_to_a_person_and_about_her_is_forgotten(ledger):
    ask(ledger, uuid4())
    ask(ledger, uuid4(), person_id=BERNARD, act=lambda: {"person_id": str(AMELIE)})
    ask(ledger, uuid4(), person_id=BERNARD, act=lambda: {"person_id": str(BERNARD)})

    with Work(ledger) as work:
        idempotency.forget_person(work, AMELIE, before=NOON - timedelta(seconds=1))
    assert len(ledger.rows(commands)) == 3
    with Work(ledger) as work:
        idempotency.forget_person(work, AMELIE, before=NOON)

    assert [row.answer for row in ledger.rows(commands)] == [{"person_id": str(BERNARD)}]
