"""The reckoning finds what is wrong with mails, with answers, in logs and in time; and what no fault excuses."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from tests.faults import settling
from tests.faults.excuses import hinders_database
from tests.faults.ledger import Attempt, Fault
from tests.faults.reconciling.lines import Log


@pytest.fixture
def quiet(outcome) -> float:
    """An instant long after the last fault."""
    return max(fault.ended_at for fault in outcome.ledger.faults) + 3600


@contextmanager
def added(items: list[Any], *more: Any) -> Iterator[None]:
    items.extend(more)
    try:
        yield
    finally:
        del items[len(items) - len(more) :]


def test_a_mail_that_never_came_is_found(outcome, find_with):
    dropped = outcome.holdings.mails[0].message_id
    found = find_with(mails=[mail for mail in outcome.holdings.mails if mail.message_id != dropped])

    assert [each.what for each in found] == ["lost"]


def test_a_mail_that_nobody_owed_is_found(outcome, find_with):
    mails = outcome.holdings.mails
    found = find_with(mails=[*mails, replace(mails[0], message_id=str(uuid.uuid4()))])

    assert [each.what for each in found] == ["doubled"]


def test_a_mail_to_somebody_else_is_found(outcome, find_with):
    mails = outcome.holdings.mails
    found = find_with(mails=[replace(mail, to="somebody.else@example.org") for mail in mails])

    assert {each.what for each in found} == {"wrong"}
    assert len(found) == len({mail.message_id for mail in mails})


@pytest.mark.parametrize(
    ("kind", "target", "is_excused"),
    [
        (None, "", False),
        ("kill -9", "{sender}", True),
        ("kill -9", "{other}", False),
        ("kill -9", "notifications 1 and notifications 2", True),
        ("rolling restart", "notifications 1 and notifications 2", False),
        ("freeze", "PostgreSQL", True),
        ("kill -9", "RabbitMQ", False),
        ("cut", "{sender} to its mail", True),
        ("cut", "{other} to its mail", False),
        ("cut", "{sender} to its broker", False),
        ("full queue", "dossiers.inbox", False),
    ],
)
def test_a_mail_that_came_twice_is_found_when_no_fault_of_its_sender_says_why(
    outcome, find_with, quiet, kind, target, is_excused
):
    mail = outcome.holdings.mails[-1]
    other = next(name for name in ("notifications 1", "notifications 2") if name != mail.by)
    again = [replace(mail, began_at=quiet, at=quiet), replace(mail, began_at=quiet + 60, at=quiet + 60)]
    named = target.format(sender=mail.by, other=other)
    faults = [Fault(kind=kind, target=named, began_at=quiet, ended_at=quiet + 1)] if kind else []
    with added(outcome.ledger.faults, *faults):
        # The one that came in truth is not among them.
        found = find_with(
            mails=[*(each for each in outcome.holdings.mails if each.message_id != mail.message_id), *again]
        )

    assert [each.what for each in found] == ([] if is_excused else ["doubled"])


def test_a_mail_that_was_noted_as_sent_and_went_again_is_found(outcome, find_with):
    found = find_with(sent=[*outcome.holdings.sent, outcome.holdings.sent[0]])

    assert [each.what for each in found] == ["doubled"]


@pytest.mark.parametrize("outcome_of_attempt", ["internal_error", "unknown_service", "statement_expired"])
def test_an_answer_that_no_fault_explains_is_found(outcome, find_with, quiet, outcome_of_attempt):
    command = outcome.ledger.in_state("answered")[0]
    with added(command.attempts, Attempt(at=quiet, seconds=0.1, outcome=outcome_of_attempt)):
        found = find_with()

    assert [each.what for each in found] == ["wrong"]


def test_a_page_that_broke_is_found(outcome, find_with, quiet):
    with added(outcome.ledger.views, Attempt(at=quiet, seconds=0.1, outcome="500")):
        found = find_with()

    assert [each.what for each in found] == ["wrong"]


@pytest.mark.parametrize("event", ["service_died", "broker_link_failed", "reaction_failed"])
def test_an_error_in_a_log_that_no_fault_explains_is_found(find_with, tmp_path, event):
    line = {"event": event, "level": "error", "timestamp": "2000-01-01T00:00:00.000000Z"}
    log = tmp_path / "dossiers-1.log"
    log.write_text(f"{json.dumps(line)}\n{json.dumps(line | {'level': 'info'})}\n")
    found = find_with(errors={"dossiers 1": Log.of(log).errors})

    assert [each.what for each in found] == ["wrong"]


def test_what_takes_an_hour_beyond_all_faults_is_found(outcome, find_with, quiet):
    command = outcome.ledger.in_state("answered")[0]
    kept, command.ended_at = command.ended_at, quiet
    found = find_with()
    command.ended_at = kept

    assert [each.what for each in found] == ["stuck"]


def test_an_event_of_the_rig_that_was_confirmed_and_never_came_is_found(outcome, find_with):
    event_id = uuid.uuid4()
    outcome.ledger.taken_from_rig[event_id] = "identity", "language_chosen"
    found = find_with()
    del outcome.ledger.taken_from_rig[event_id]

    assert {each.what for each in found} == {"lost"}


def test_a_replica_that_ended_by_itself_is_found(town, find_with):
    replica = town.replicas[0]
    # It was stopped at the end of the run, and we forget that we asked for it.
    replica._should_run = True
    replica.look()
    found = find_with(deaths=list(replica.deaths))
    replica.deaths.clear()

    assert [each.what for each in found] == ["wrong"]


def test_what_never_settles_is_said(town, outcome, monkeypatch):
    """The services are stopped by now."""
    monkeypatch.setattr(settling, "SETTLED_WITHIN", 0.0)
    _, moving = settling.settle(town, SimpleNamespace(still_tell=lambda: ["caller 3"]))

    assert any("caller 3 still tells a story" in sentence for sentence in moving)
    assert any(f"{town.replicas[0].name} is not ready" in sentence for sentence in moving)


@pytest.mark.parametrize(
    ("kind", "target", "hinders"),
    [
        ("restart", "PostgreSQL", True),
        ("cut", "everybody's connections to the database", True),
        ("delay", "dossiers 1 to its database", True),
        ("freeze", "dossiers 1", True),
        ("kill -9", "dossiers 1", False),
        ("delay", "dossiers 2 to its database", False),
        ("kill -9", "RabbitMQ", False),
    ],
)
def test_what_hinders_a_replica_from_its_database(kind, target, hinders):
    assert hinders_database(Fault(kind=kind, target=target, began_at=0), "dossiers 1") is hinders
