"""Rows as the chassis leaves them, made by SQL: sent and done over the last month, pending, due."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from typing import LiteralString

import psycopg

# Tells these statements from the chassis' own, where PostgreSQL explains all.
MARK = "/* bench */"

_BODY = """'{"version": 1, "occurred_at": "2026-01-05T09:00:00+00:00",
    "cause_id": "01a1fd35-239e-7495-a6c0-ffa7ebabae38",
    "words": "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
    "actor": {"level": null, "service": "cause", "person_id": null, "mandate_id": null}}'::jsonb"""
_AGO = "now() - n * interval '27 days' / %(count)s - interval '1 day'"
_JUST = "now() - n * interval '1 millisecond'"
_SERIES = "generate_series(%(count)s, 1, -1) AS n"
_EVENT = "uuidv7(), 'caused', gen_random_uuid()::text, 1"
_OUTBOX = f"{MARK} INSERT INTO outbox (event_id, type, subject, version, body, republished, occurred_at, sent_at)"
_INBOX = (
    f"{MARK} INSERT INTO inbox (event_id, type, subject, version, handler, publisher, epoch, body, republished, "
    "arrived_at, due_at, done_at)"
)
_REACTION = f"{_EVENT}, 'on_caused', 'cause', 1, {_BODY}, false"

SENT = f"{_OUTBOX} SELECT {_EVENT}, {_BODY}, false, {_AGO}, {_AGO} FROM {_SERIES}"
PENDING = f"{_OUTBOX} SELECT {_EVENT}, {_BODY}, false, now(), NULL FROM {_SERIES}"
DONE = f"{_INBOX} SELECT {_REACTION}, {_AGO}, {_AGO}, {_AGO} FROM {_SERIES}"
DUE = f"{_INBOX} SELECT {_REACTION}, {_JUST}, {_JUST}, NULL FROM {_SERIES}"

# Each batch of the relay is marked by one transaction of its own.
_BATCHES = f"""{MARK} SELECT DISTINCT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint AS marked
    FROM outbox WHERE sent_at >= %s ORDER BY marked"""
_REACTIONS = f"""{MARK} SELECT (extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint AS reacted
    FROM effects ORDER BY reacted"""


def add(url: str, statement: LiteralString, count: int) -> None:
    """``count`` rows; the statistics and the map of what all may see are as the autovacuum leaves them."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement, {"count": count})
        connection.execute("VACUUM ANALYZE outbox, inbox")


def clear(url: str) -> None:
    """Nothing pending or due any more."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"{MARK} DELETE FROM outbox WHERE sent_at IS NULL")
        connection.execute(f"{MARK} DELETE FROM inbox WHERE done_at IS NULL")
        connection.execute("VACUUM outbox, inbox")


def count_sent(url: str, since: datetime) -> int:
    return _number(url, f"{MARK} SELECT count(*) FROM outbox WHERE sent_at >= %s", since)


def count_effects(url: str) -> int:
    return _number(url, f"{MARK} SELECT count(*) FROM effects")


def batch_times(url: str, since: datetime) -> list[float]:
    """Milliseconds from each batch that was sent and marked to the next."""
    return _lapses(url, _BATCHES, 1, since)


def reaction_times(url: str, together: int = 20) -> list[float]:
    """Milliseconds for each reaction, over so many of them: four at a time are committed together now and then."""
    return [ms / together for ms in _lapses(url, _REACTIONS, together)]


def _lapses(url: str, statement: LiteralString, every: int, *parameters: datetime) -> list[float]:
    with psycopg.connect(url) as connection:
        instants = [row[0] for row in connection.execute(statement, parameters).fetchall()][::every]
    return [(later - earlier) / 1000 for earlier, later in pairwise(instants)]


def _number(url: str, statement: LiteralString, *parameters: datetime) -> int:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement, parameters).fetchone()
    assert row is not None
    return int(row[0])
