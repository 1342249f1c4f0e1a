"""What was sent, reacted to or answered long ago leaves after its term, little by little; all else stays."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from chassis.tables import commands, inbox, outbox
from tests.integration.chassis.bus.town import heard

DUE, AT_ONCE = 3500, 1000
# Notes how many rows each DELETE takes, and what the transaction has locked when it is through with it.
NOTEBOOK = """
CREATE TABLE deletions (transaction bigint, of text, count bigint, locks text[]);
CREATE FUNCTION note_deletion() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO deletions SELECT txid_current(), TG_TABLE_NAME, count(*), (
        SELECT array_agg(DISTINCT mode ORDER BY mode) FROM pg_locks
        WHERE pid = pg_backend_pid() AND relation = TG_RELID
    ) FROM gone;
    RETURN NULL;
END $$;
"""
NOTED = """
CREATE TRIGGER note_deletion AFTER DELETE ON {table}
REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_deletion()
"""
BY_TRANSACTION = "SELECT sum(count) FROM deletions WHERE of = :table GROUP BY transaction"


def ago(days):
    return datetime.now(UTC) - timedelta(days=days)


def an_event(**times):
    about = {"type": "told", "subject": "old", "version": 1, "body": {}}
    return {"event_id": uuid7()} | about | times


def a_sent(at):
    return an_event(occurred_at=ago(40), sent_at=at)


def an_arrival(**times):
    when = {"arrived_at": ago(40), "due_at": ago(40), "done_at": None, "parked_at": None}
    return an_event(handler="on_told", publisher="teller", epoch=1, **(when | times))


def a_command(at):
    return {"caller": "old", "command": "tell", "command_id": uuid4(), "digest": "", "answer": None, "done_at": at}


# Table; service whose it is; what is due; what must stay: younger than the term, or not at its end.
CASES = {
    "outbox": ("teller", outbox, lambda: a_sent(ago(31)), lambda: [a_sent(ago(29))]),
    "inbox": (
        "hearer",
        inbox,
        lambda: an_arrival(done_at=ago(31)),
        lambda: [an_arrival(done_at=ago(29)), an_arrival(parked_at=ago(31))],
    ),
    "commands": ("teller", commands, lambda: a_command(ago(31)), lambda: [a_command(ago(29))]),
}


@pytest.mark.parametrize("name", CASES)
def test_rows_leave_after_their_term_a_few_at_a_time(town, name):
    service, table, due, staying = CASES[name]
    engine, is_old = town.engines[service], (table.c.subject if "subject" in table.c else table.c.caller) == "old"
    stays = staying()
    town.processes[service].stop()
    with engine.begin() as connection:
        if not sa.inspect(connection).has_table("deletions"):
            connection.execute(sa.text(NOTEBOOK))
        connection.execute(sa.text(NOTED.format(table=name)))
        connection.execute(sa.insert(table), [*stays, *(due() for _ in range(DUE))])
    town.processes[service].start()

    def left():
        with engine.connect() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(table).where(is_old)).scalar()

    # While they leave, the service does its work.
    story = town.teller.tell(words=f"while the {name} is tidied", command_id=uuid4())
    town.until(lambda: town.rows("hearer", heard, heard.c.story_id == story.story_id))
    town.until(lambda: left() == len(stays))
    with engine.begin() as connection:
        counts = connection.execute(sa.text(BY_TRANSACTION), {"table": name}).scalars().all()
        locks = {lock for row in connection.execute(sa.text("SELECT locks FROM deletions")) for lock in row.locks}
        connection.execute(sa.text("TRUNCATE deletions"))
        connection.execute(sa.text(f"DROP TRIGGER note_deletion ON {name}"))
        connection.execute(sa.delete(table).where(is_old))
    assert sum(counts) == DUE
    assert max(counts) == AT_ONCE
    # These two keep nobody from reading or writing other rows.
    assert locks <= {"AccessShareLock", "RowExclusiveLock"}
