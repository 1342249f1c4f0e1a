"""A program on green threads with a database: ``python -m … DATABASE_URL``. It says what it saw, as JSON."""

import eventlet

eventlet.monkey_patch()

import json
import sys

import sqlalchemy as sa

from chassis.database import connect

LARGE = 8 << 20  # more than sockets hold, so that psycopg must wait in the middle of sending

engine = connect(sys.argv[1], pool=5, name="green")


def ask(statement, **values):
    with engine.connect() as connection:
        return connection.execute(sa.text(statement), values).scalar()


def run(*asked):
    """The answers, in order, to what is asked at once."""
    return [thread.wait() for thread in [eventlet.spawn(ask, statement, **values) for statement, values in asked]]


with engine.connect() as holder:
    holder.execute(sa.text("SELECT pg_advisory_lock(1)"))
    waiter = eventlet.spawn(ask, "SELECT pg_advisory_lock(1)")
    # Whoever waits for the lock lets us run: else nobody would ever give it back.
    while not ask("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
        eventlet.sleep(0.01)
    was_waiting = not waiter.dead
    holder.execute(sa.text("SELECT pg_advisory_unlock(1)"))
    waiter.wait()
(echoed,) = run(("SELECT CAST(:text AS text)", {"text": "é" * (LARGE // 2)}))
(counted, short) = run(("SELECT length(:text)", {"text": "x" * LARGE}), ("SELECT 1", {}))
sys.stdout.write(
    json.dumps(
        {
            "was_waiting": was_waiting,
            "is_whole": echoed == "é" * (LARGE // 2),
            "counted": counted,
            "short": short,
            "class": type(engine.raw_connection().driver_connection).__name__,
        }
    )
)
