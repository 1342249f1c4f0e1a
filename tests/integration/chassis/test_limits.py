"""Attempts are counted in the database: the limit holds across replicas, and when many try at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from prometheus_client import REGISTRY

from chassis.database import connect
from chassis.limits import count_attempt, forget_attempts
from chassis.tables import attempts
from contracts.errors import TooManyAttempts, Unavailable
from tests.integration.chassis.ledger import NOON, Ledger

TEN_MINUTES = timedelta(minutes=10)


def attempt(runtime, by="192.0.2.1", *, what="link", now=NOON):
    try:
        count_attempt(runtime, what, by, most=5, per=TEN_MINUTES, now=now)
    except TooManyAttempts as refusal:
        return refusal
    return None


def test_after_so_many_attempts_no_more_are_taken_until_the_window_ends(ledger):
    assert [attempt(ledger) for _ in range(5)] == [None] * 5

    refusal = attempt(ledger)

    assert refusal is not None
    again_at = datetime.fromisoformat(refusal.details["again_at"])
    assert NOON < again_at <= NOON + TEN_MINUTES
    assert attempt(ledger, now=again_at - timedelta(seconds=1)) is not None
    assert attempt(ledger, now=again_at) is None


def test_while_the_database_is_away_an_attempt_is_refused_as_such(ledger):
    ledger.engine.dispose()
    # A port that only the system may open, and does not.
    ledger.engine = connect("postgresql://postgres@127.0.0.1:1/ledger", pool=1, name="ledger")

    with pytest.raises(Unavailable) as refusal:
        attempt(ledger)

    assert refusal.value.details == {"part": "database"}


def test_others_and_other_things_are_counted_apart(ledger):
    for _ in range(6):
        attempt(ledger)

    assert attempt(ledger, "192.0.2.2") is None
    assert attempt(ledger, what="sign_in") is None


@pytest.mark.parametrize("replicas", [1, 3])
def test_of_many_at_once_so_many_pass(ledger, replicas):
    others = [Ledger(ledger.engine.url.render_as_string(hide_password=False)) for _ in range(replicas - 1)]
    with ThreadPoolExecutor(12) as threads:
        runtimes = [ledger, *others]
        tried = [threads.submit(attempt, runtimes[number % replicas]) for number in range(60)]
    passed = [one for one in tried if one.result() is None]
    for other in others:
        other.engine.dispose()

    assert len(passed) == 5


def test_what_is_refused_is_seen_in_the_metrics_and_who_tries_is_not(ledger):
    labels = {"service": "ledger", "what": "seen"}
    before = REGISTRY.get_sample_value("limited_attempts_total", labels) or 0.0
    for _ in range(8):
        attempt(ledger, what="seen")

    assert REGISTRY.get_sample_value("limited_attempts_total", labels) == before + 3
    assert "192.0.2.1" not in str(ledger.rows(attempts))


def test_counts_of_windows_that_have_ended_are_forgotten(ledger):
    attempt(ledger)
    forget_attempts(ledger, before=NOON)
    assert len(ledger.rows(attempts)) == 1
    forget_attempts(ledger, before=NOON + 2 * TEN_MINUTES)
    assert ledger.rows(attempts) == []
