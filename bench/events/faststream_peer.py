"""FastStream: published persistent after the commit (there is no outbox), acknowledged when the effect is written."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from uuid import UUID, uuid4

import psycopg
from faststream.rabbit import Channel, RabbitBroker  # type: ignore[import-not-found]

from bench.causes import AT_ONCE, WORDS, body_of
from bench.verbs import choose, ready

QUEUE = "bench-events-faststream"
PREFETCH = 200


async def _cause(amqp_uri: str, database_url: str, count: int, per_second: float | None) -> None:
    broker = RabbitBroker(amqp_uri, logger=None)
    await broker.start()
    began = time.perf_counter() + 0.2

    async def writer(number: int) -> None:
        database = await psycopg.AsyncConnection.connect(database_url)
        for turn in range(number, count, AT_ONCE):
            due = began + turn / per_second if per_second else began
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            cause_id = uuid4()
            async with database.transaction():
                await database.execute("INSERT INTO causes (cause_id, words) VALUES (%s, %s)", [cause_id, WORDS])
            await broker.publish(body_of(cause_id), QUEUE, persist=True)

    await asyncio.gather(*(writer(number) for number in range(AT_ONCE)))
    await broker.stop()


def cause(amqp_uri: str, database_url: str, count: int, per_second: float | None) -> None:
    asyncio.run(_cause(amqp_uri, database_url, count, per_second))


async def _listen(amqp_uri: str, database_url: str) -> None:
    broker = RabbitBroker(amqp_uri, logger=None)
    databases: asyncio.Queue[psycopg.AsyncConnection[Any]] = asyncio.Queue()
    for _ in range(AT_ONCE):
        databases.put_nowait(await psycopg.AsyncConnection.connect(database_url))

    @broker.subscriber(QUEUE, channel=Channel(prefetch_count=PREFETCH))  # type: ignore[untyped-decorator]
    async def on_caused(body: dict[str, Any]) -> None:
        database = await databases.get()
        try:
            async with database.transaction():
                await database.execute(
                    "INSERT INTO effects (cause_id, words) VALUES (%s, %s)", [UUID(body["cause_id"]), body["words"]]
                )
        finally:
            databases.put_nowait(database)

    await broker.start()
    ready()
    await asyncio.Event().wait()


def listen(amqp_uri: str, database_url: str) -> None:
    asyncio.run(_listen(amqp_uri, database_url))


if __name__ == "__main__":
    choose(cause=cause, listen=listen)
