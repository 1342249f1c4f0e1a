from contextlib import closing
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from chassis import readmodel
from chassis.database import Work
from chassis.direct import Direct
from chassis.inbox import NotYet
from chassis.tables import inbox, outbox
from contracts.errors import NotFound, Unavailable
from contracts.events import ActorFacts
from tests.integration.chassis.ledger import NOON, EntryWritten, entries, write

ENTRY = UUID("01920000-0000-7000-8000-00000000000a")
AMELIE = UUID("01920000-0000-7000-8000-000000000001")
WRITTEN = EntryWritten(version=1, occurred_at=NOON, entry_id=ENTRY)


def test_a_change_and_its_announcement_are_stored_together(ledger):
    with Work(ledger, ActorFacts(person_id=AMELIE, level=400)) as work:
        write(work, "a")
        work.announce(WRITTEN)

    (row,) = ledger.rows(outbox)
    assert [entry.key for entry in ledger.rows(entries)] == ["a"]
    assert (row.type, row.subject, row.version, row.sent_at) == ("entry_written", str(ENTRY), 1, None)
    assert row.body["actor"] == {"person_id": str(AMELIE), "mandate_id": None, "level": 400, "service": None}
    assert ledger.woken == ["outbox"]


def test_neither_is_stored_when_the_command_fails(ledger):
    with pytest.raises(ZeroDivisionError), Work(ledger) as work:
        write(work, "a")
        work.announce(WRITTEN)
        _ = 1 / 0

    assert ledger.rows(entries) == ledger.rows(outbox) == []
    assert ledger.woken == []


def test_a_command_joins_the_transaction_that_it_is_called_in(ledger):
    work = Work(ledger)
    with pytest.raises(ZeroDivisionError), work:
        write(work, "inner")
        _ = 1 / 0

    assert ledger.rows(entries) == []


KEYS = Direct(sa.select(entries.c.key).where(entries.c.text != sa.bindparam("text", type_=sa.Text())))


def test_a_question_is_answered_from_the_transaction_that_it_is_asked_in(ledger):
    nothing = {"text": ""}
    with Work(ledger) as work:
        write(work, "a")
        assert (work.run(KEYS, nothing), Work(ledger).run(KEYS, nothing)) == ([("a",)], [])

    assert Work(ledger).run(KEYS, nothing) == [("a",)]


class Entry:
    def __init__(self, key):
        self.key, self.text = key, "written"


def test_what_was_changed_of_entities_goes_before_a_question(ledger):
    orm.registry().map_imperatively(Entry, entries)
    with Work(ledger) as work:
        work.session.add(Entry("a"))
        assert work.run(KEYS, {"text": ""}) == [("a",)]


def test_a_question_outside_of_a_transaction_leaves_none_behind(ledger):
    Work(ledger).run(KEYS, {"text": ""})

    with closing(ledger.engine.raw_connection()) as connection:
        mine = connection.dbapi_connection
        assert (mine.info.transaction_status.name, mine.autocommit) == ("IDLE", False)


def test_a_question_to_a_database_that_is_away_is_refused_so_and_the_next_is_answered(ledger):
    last_wish = Direct(sa.select(sa.func.pg_terminate_backend(sa.func.pg_backend_pid())))

    with pytest.raises(Unavailable):
        Work(ledger).run(last_wish, {})
    with pytest.raises(Unavailable), Work(ledger) as work:
        work.run(last_wish, {})

    assert Work(ledger).run(KEYS, {"text": ""}) == []


@pytest.mark.parametrize(
    ("failing", "refusal"),
    [
        ("1 / 0", psycopg.errors.DivisionByZero),
        # What is called off leaves a connection that lives.
        ("pg_cancel_backend(pg_backend_pid()), pg_sleep(9)", Unavailable),
    ],
)
def test_a_connection_on_which_a_question_failed_is_not_used_again(ledger, failing, refusal):
    backend = Direct(sa.select(sa.func.pg_backend_pid()))
    first, again = Work(ledger).run(backend, {}), Work(ledger).run(backend, {})

    with pytest.raises(refusal):
        Work(ledger).run(Direct(sa.select(sa.literal_column(failing))), {})

    assert first == again != Work(ledger).run(backend, {})


def test_a_refused_inner_command_leaves_nothing_though_the_outer_goes_on(ledger):
    work = Work(ledger)
    with work:
        write(work, "a")
        assert ledger.rows(entries) == []

    assert [entry.key for entry in ledger.rows(entries)] == ["a"]


def test_what_must_wait_for_the_commit_is_done_once_after_it(ledger):
    told = []
    work = Work(ledger)
    with work:
        work.after_commit(lambda: told.append(len(ledger.rows(entries))))
        write(work, "a")
    with work:
        write(work, "b")

    assert told == [1]


def test_what_waits_for_a_commit_that_never_comes_is_forgotten(ledger):
    told = []
    work = Work(ledger)
    with pytest.raises(ZeroDivisionError), work:
        work.after_commit(lambda: told.append("no"))
        work.wake("mails")
        _ = 1 / 0
    with work:
        write(work, "b")

    assert told == []
    assert ledger.woken == []


def test_a_database_that_is_away_is_a_refusal_that_says_so(ledger):
    with ledger.engine.connect() as other, pytest.raises(Unavailable) as refused, Work(ledger) as work:
        work.execute(sa.text("SELECT 1"))
        mine = work.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
        work.execute(sa.text("SELECT 1"))

    assert refused.value.details == {"part": "database"}


def test_what_a_command_refused_is_told_though_the_database_is_lost_with_its_roll_back(ledger):
    with ledger.engine.connect() as other, pytest.raises(NotFound), Work(ledger) as work:
        mine = work.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        other.execute(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
        raise NotFound()

    assert ledger.engine.pool.checkedout() == 0
    with work:
        assert work.execute(sa.text("SELECT 1")).scalar_one() == 1


@pytest.mark.parametrize("order", [[(1, 1), (1, 2), (2, 1)], [(2, 1), (1, 2), (1, 1)], [(1, 2), (2, 1), (1, 1)]])
def test_a_read_model_keeps_the_newest_state_whatever_the_order(ledger, order):
    with Work(ledger) as work:
        for version in order:
            readmodel.apply(work, entries, key={"key": "a"}, version=version, values={"text": str(version)})

    (entry,) = ledger.rows(entries)
    assert (entry.text, entry.epoch, entry.version) == ("(2, 1)", 2, 1)


def test_a_read_model_says_whether_a_state_was_news(ledger):
    with Work(ledger) as work:
        stored = [
            readmodel.apply(work, entries, key={"key": "a"}, version=version, values={"text": "x"})
            for version in [(1, 1), (1, 1), (1, 2)]
        ]

    assert stored == [True, False, True]


def test_a_read_model_forgets_what_a_restored_publisher_did_not_tell_again(ledger):
    with Work(ledger) as work:
        for key, version in (("lost", (1, 3)), ("told again", (1, 2)), ("told again", (2, 1)), ("new", (2, 1))):
            readmodel.apply(work, entries, key={"key": key}, version=version, values={"text": ""})
        assert readmodel.forget_untold(work, entries, publisher="ledger", epoch=2) == 1

    assert sorted(entry.key for entry in ledger.rows(entries)) == ["new", "told again"]


@pytest.mark.parametrize(("publisher", "waits"), [("ledger", True), ("another", False)])
def test_nothing_is_forgotten_while_something_of_that_publisher_waits(ledger, publisher, waits):
    arrived = {"event_id": ENTRY, "handler": "on_entry_written", "type": "entry_written", "subject": "a", "body": {}}
    with Work(ledger) as work:
        readmodel.apply(work, entries, key={"key": "a"}, version=(1, 1), values={"text": ""})
        work.execute(
            sa.insert(inbox).values(
                **arrived, publisher=publisher, epoch=2, version=1, arrived_at=NOON, due_at=NOON + timedelta(days=1)
            )
        )

    with Work(ledger) as work:
        if waits:
            with pytest.raises(NotYet):
                readmodel.forget_untold(work, entries, publisher="ledger", epoch=2)
        else:
            assert readmodel.forget_untold(work, entries, publisher="ledger", epoch=2) == 1
