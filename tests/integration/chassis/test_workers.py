"""Who reacts, and how often the database is asked for it, where no bus is needed to see it."""

import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from chassis.database import connect
from chassis.inbox.handlers import Handler, Handlers
from chassis.inbox.reactions import Patience, Reactions
from chassis.inbox.workers import Workers
from chassis.tables import inbox
from deploy.embedded.ports import wait_until
from tests.integration.chassis.ledger import EntryWritten, write
from tests.support.statements import note_statements


class Listener:
    """Two reactions to one event; one of an event whose id ends in "slow" takes a second."""

    def on_entry_written(self, heard):
        if heard.event.entry_id.int % 16 == SLOW:
            time.sleep(1)
        write(heard.work, f"{heard.event.entry_id} {heard.event_id}")

    def also_on_entry_written(self, heard):
        time.sleep(0.2)


SLOW = 5


@pytest.fixture
def make_workers(ledger):
    """``make_workers(poll=60)``: four that react, on threads. The beat of ``poll`` seconds finds what was missed, so
    it is far away but for who tests it. ``made``: what the database was asked."""
    ledger.settings = SimpleNamespace(drain_seconds=10)
    started = []
    threads = []

    def spawn(target):
        threads.append(threading.Thread(target=target, daemon=True))
        threads[-1].start()

    def make(poll=60):
        names = ("on_entry_written", "also_on_entry_written")
        handlers = Handlers([Handler(name, EntryWritten) for name in names])
        workers = Workers(ledger, count=4, poll=poll)
        patience = Patience(attempts=3, first_delay=0.1, longest_delay=0.1)
        reactions = Reactions(ledger, Listener, handlers, patience, workers.reschedule)
        workers.made = note_statements(ledger.engine)
        workers.start(spawn, reactions)
        started.append(workers)
        # Its first turn is over, so that it finds nothing that a test stores.
        time.sleep(0.5)
        workers.made.clear()
        return workers

    yield make
    for workers in started:
        began = time.monotonic()
        workers.stop()
        assert time.monotonic() - began < 5
    for thread in threads:
        thread.join(5)
        assert not thread.is_alive()


@pytest.fixture
def workers(make_workers):
    return make_workers()


@pytest.fixture
def outside(ledger):
    """Connections of the test's own, which nobody ends."""
    engine = connect(ledger.engine.url.render_as_string(hide_password=False), pool=2, name="outside")
    yield engine
    engine.dispose()


def store(ledger, outside, count=1, *, due_in=0.0, arrived=0.0, handlers=("on_entry_written",), slow=False):
    now = ledger.now()
    rows = []
    for _ in range(count):
        event_id, entry_id = uuid4(), UUID(int=uuid4().int // 16 * 16 + (SLOW if slow else 0))
        body = {
            "version": 1,
            "occurred_at": now.isoformat(),
            "actor": {"person_id": None, "mandate_id": None, "level": None, "service": "ledger"},
            "entry_id": str(entry_id),
        }
        rows += [
            {
                "event_id": event_id,
                "handler": handler,
                "publisher": "ledger",
                "type": "entry_written",
                "subject": str(entry_id),
                "epoch": 1,
                "version": 1,
                "body": body,
                "republished": False,
                "arrived_at": now + timedelta(seconds=arrived),
                "due_at": now + timedelta(seconds=due_in),
            }
            for handler in handlers
        ]
    with outside.begin() as connection:
        connection.execute(sa.insert(inbox), rows)


def left(outside):
    with outside.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).where(inbox.c.done_at.is_(None))).scalar_one()


def claims_of(workers):
    return sum("SKIP LOCKED" in statement.text for statement in workers.made)


def until_done(outside, *, seconds=10):
    wait_until(lambda: left(outside) == 0, seconds=seconds, what="all to be done")


def test_each_that_arrives_is_asked_for_once(ledger, outside, workers):
    for _ in range(20):
        store(ledger, outside)
        workers.wake(1)
        until_done(outside)

    assert claims_of(workers) == 20


def test_many_that_arrive_at_once_are_all_done(ledger, outside, workers):
    for count in (50, 1, 30):
        store(ledger, outside, count)
        workers.wake(count)

    until_done(outside, seconds=20)


@pytest.mark.parametrize("told", [0, 3])
def test_what_nobody_told_of_is_found_by_the_beat(ledger, outside, make_workers, told):
    """Stored by a replica that died, say."""
    workers = make_workers(poll=2)
    store(ledger, outside, 10)
    workers.wake(told)

    until_done(outside)


def test_who_is_told_of_more_than_there_are_looks_once_more_and_waits(ledger, outside, workers):
    store(ledger, outside)
    workers.wake(500)
    until_done(outside)
    time.sleep(1)
    assert claims_of(workers) < 30
    workers.made.clear()

    time.sleep(1)

    assert claims_of(workers) == 0


def test_what_is_due_later_is_done_when_it_is_due(ledger, outside, workers):
    store(ledger, outside, 3, due_in=2)
    workers.reschedule()
    time.sleep(0.5)
    assert left(outside) == 3

    until_done(outside)


def test_what_is_not_due_yet_by_our_clock_is_not_forgotten(ledger, outside, workers):
    """Stored by a replica whose clock is ahead, and counted."""
    store(ledger, outside, due_in=0.3)
    workers.wake(1)

    until_done(outside)


def test_two_reactions_to_one_event_do_not_wait_for_one_another(ledger, outside, workers):
    store(ledger, outside, handlers=("on_entry_written", "also_on_entry_written"))
    workers.wake(2)

    until_done(outside, seconds=5)
    assert claims_of(workers) == 2


def test_what_arrives_is_not_left_behind_for_a_replay_that_goes_first(ledger, outside, workers):
    store(ledger, outside, slow=True)
    workers.wake(1)
    store(ledger, outside, due_in=-60, arrived=-60)
    store(ledger, outside)
    workers.wake(1)

    until_done(outside, seconds=5)


def test_what_arrives_while_the_database_is_away_is_done_after(ledger, outside, workers):
    others = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND application_name = 'ledger'"
    )
    store(ledger, outside, 5)
    for _ in range(5):
        with outside.connect() as connection:
            connection.execute(others)
        workers.wake(1)
        time.sleep(0.05)

    until_done(outside, seconds=20)


def test_a_database_that_only_lets_itself_be_read_is_away_until_it_is_written_again(ledger, outside, workers):
    store(ledger, outside)

    let_write(ledger, outside, False)
    workers.wake(1)
    wait_until(lambda: "database" in ledger.away, seconds=5, what="it to be told away")

    let_write(ledger, outside, True)
    until_done(outside)


def let_write(ledger, outside, may):
    """As a standby does not, which is asked until another is the first."""
    with outside.begin() as connection:
        connection.execute(sa.text("SET TRANSACTION READ WRITE"))
        name = connection.execute(sa.text("SELECT quote_ident(current_database())")).scalar_one()
        connection.execute(sa.text(f"ALTER DATABASE {name} SET default_transaction_read_only = {not may}"))
    ledger.engine.dispose()


def test_told_to_stop_they_begin_nothing_any_more(ledger, outside, workers):
    ledger.is_stopping = True
    store(ledger, outside, 8)
    workers.wake(8)
    time.sleep(0.5)

    assert (left(outside), claims_of(workers)) == (8, 0)


def test_a_stop_waits_for_what_was_begun(ledger, outside, workers):
    store(ledger, outside, slow=True)
    workers.wake(1)
    wait_until(lambda: claims_of(workers), seconds=5, what="it to be begun")

    workers.stop()

    assert left(outside) == 0
