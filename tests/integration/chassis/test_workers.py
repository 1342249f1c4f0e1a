"""Who reacts, and how often the database is asked for it, where no bus is needed to see it."""

import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa

from chassis.inbox.handlers import Handler, Handlers
from chassis.inbox.reactions import Patience, Reactions
from chassis.inbox.workers import Workers
from chassis.tables import inbox
from deploy.embedded.ports import wait_until
from tests.integration.chassis.ledger import EntryWritten, write


class Listener:
    def on_entry_written(self, heard):
        write(heard.work, str(heard.event.entry_id))


@pytest.fixture
def workers(ledger):
    """Four that react, on threads; ``claims`` are the questions for the next reaction that the database was asked."""
    ledger.settings = SimpleNamespace(drain_seconds=10)
    handlers = Handlers([Handler("on_entry_written", EntryWritten)])
    started = Workers(ledger, count=4, poll=5)
    patience = Patience(attempts=3, first_delay=0.1, longest_delay=0.1)
    reactions = Reactions(ledger, Listener, handlers, patience, started.reschedule)
    started.claims = 0

    def count(connection, cursor, statement, *more):
        started.claims += "SKIP LOCKED" in statement

    sa.event.listen(ledger.engine, "before_cursor_execute", count)
    threads = []

    def spawn(target):
        threads.append(threading.Thread(target=target))
        threads[-1].start()

    started.start(spawn, reactions)
    yield started
    started.stop()
    for thread in threads:
        thread.join()


def store(ledger, count=1, *, due_in=0.0):
    now = ledger.now()
    rows = []
    for _ in range(count):
        entry_id = uuid4()
        body = {
            "version": 1,
            "occurred_at": now.isoformat(),
            "actor": {"person_id": None, "mandate_id": None, "level": None, "service": "ledger"},
            "entry_id": str(entry_id),
        }
        rows.append(
            {
                "event_id": uuid4(),
                "handler": "on_entry_written",
                "publisher": "ledger",
                "type": "entry_written",
                "subject": str(entry_id),
                "epoch": 1,
                "version": 1,
                "body": body,
                "republished": False,
                "arrived_at": now,
                "due_at": now + timedelta(seconds=due_in),
            }
        )
    with ledger.engine.begin() as connection:
        connection.execute(sa.insert(inbox), rows)


def left(ledger):
    return sum(row.done_at is None for row in ledger.rows(inbox))


def test_each_that_arrives_is_asked_for_once(ledger, workers):
    time.sleep(0.5)
    workers.claims = 0
    for _ in range(20):
        store(ledger)
        workers.wake(1)
        wait_until(lambda: left(ledger) == 0, seconds=10, what="it to be done")

    # And a look now and then, of who keeps time.
    assert 20 <= workers.claims < 40


def test_many_that_arrive_at_once_are_all_done(ledger, workers):
    for count in (50, 1, 30):
        store(ledger, count)
        workers.wake(count)

    wait_until(lambda: left(ledger) == 0, seconds=20, what="all to be done")


@pytest.mark.parametrize("told", [0, 3])
def test_what_nobody_told_of_is_found(ledger, workers, told):
    """Stored by a replica that died, or missed: told of too few."""
    store(ledger, 10)
    workers.wake(told)

    wait_until(lambda: left(ledger) == 0, seconds=20, what="all to be done")


def test_who_is_told_of_more_than_there_are_goes_back_to_waiting(ledger, workers):
    store(ledger, 1)
    workers.wake(9)
    wait_until(lambda: left(ledger) == 0, seconds=10, what="it to be done")
    time.sleep(0.5)
    workers.claims = 0

    time.sleep(1)

    assert workers.claims == 0


def test_what_is_due_later_is_done_when_it_is_due(ledger, workers):
    store(ledger, 3, due_in=1.5)
    workers.reschedule()
    time.sleep(0.7)
    assert left(ledger) == 3

    wait_until(lambda: left(ledger) == 0, seconds=4, what="all to be done")


def test_what_arrives_while_the_database_is_away_is_done_after(ledger, workers):
    with ledger.engine.connect() as connection:
        name = connection.execute(sa.text("SELECT current_database()")).scalar_one()
        others = sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name AND pid <> :me")
        me = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        store(ledger, 5)
        for _ in range(5):
            connection.execute(others, {"name": name, "me": me})
            workers.wake(1)
            time.sleep(0.05)

    wait_until(lambda: left(ledger) == 0, seconds=20, what="all to be done")
