"""Celery: the task is sent after the commit (there is no outbox), persistent and confirmed; acknowledged when done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg
from celery import Celery  # type: ignore[import-not-found]
from celery.signals import worker_ready  # type: ignore[import-not-found]

from bench.causes import AT_ONCE, WORDS, Write, body_of, write_all
from bench.verbs import choose, ready

app = Celery("bench")
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_default_queue="bench-celery",
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
    worker_redirect_stdouts=False,
)

_database: psycopg.Connection[Any] | None = None


@app.task(name="on_caused")  # type: ignore[untyped-decorator]
def on_caused(body: dict[str, Any]) -> None:
    global _database
    if _database is None:
        _database = psycopg.connect(app.conf.database_url)
    with _database.transaction():
        _database.execute(
            "INSERT INTO effects (cause_id, words) VALUES (%s, %s)", [UUID(body["cause_id"]), body["words"]]
        )


def _set_up(amqp_uri: str, database_url: str) -> None:
    app.conf.update(broker_url=amqp_uri, database_url=database_url)


def cause(amqp_uri: str, database_url: str, count: int, per_second: float | None) -> None:
    _set_up(amqp_uri, database_url)

    def open_writer() -> Write:
        database = psycopg.connect(database_url)

        def write(cause_id: UUID) -> None:
            with database.transaction():
                database.execute("INSERT INTO causes (cause_id, words) VALUES (%s, %s)", [cause_id, WORDS])
            on_caused.delay(body_of(cause_id))

        return write

    write_all(open_writer, count, per_second)


def listen(amqp_uri: str, database_url: str) -> None:
    _set_up(amqp_uri, database_url)
    worker_ready.connect(lambda **_: ready(), weak=False)
    app.worker_main(["worker", "--concurrency", str(AT_ONCE), "--loglevel", "WARNING", "--without-gossip"])


if __name__ == "__main__":
    choose(cause=cause, listen=listen)
