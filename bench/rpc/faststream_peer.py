"""FastStream on RabbitMQ: a subscriber whose return value is the reply, and ``broker.request``."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from faststream.rabbit import RabbitBroker  # type: ignore[import-not-found]

from bench.verbs import choose, ready

QUEUE = "bench-rpc-faststream"


def serve(amqp_uri: str) -> None:
    async def run() -> None:
        broker = RabbitBroker(amqp_uri, logger=None)

        @broker.subscriber(QUEUE)  # type: ignore[untyped-decorator]
        async def answer(asked: dict[str, int]) -> str:
            return "x" * asked["length"]

        await broker.start()
        ready()
        await asyncio.Event().wait()

    asyncio.run(run())


async def _one_at_a_time(broker: RabbitBroker, length: int, seconds: float) -> list[float]:
    took: list[float] = []
    ends = time.perf_counter() + seconds
    while (began := time.perf_counter()) < ends:
        answer = await broker.request({"length": length}, QUEUE, timeout=5)
        await answer.decode()
        took.append((time.perf_counter() - began) * 1000)
    return took


async def _measure(amqp_uri: str, length: int, seconds: float, count: int) -> dict[str, Any]:
    broker = RabbitBroker(amqp_uri, logger=None)
    await broker.start()
    await _one_at_a_time(broker, length, 0.5)
    one = await _one_at_a_time(broker, length, seconds)
    began = time.perf_counter()
    many = await asyncio.gather(*(_one_at_a_time(broker, length, seconds) for _ in range(count)))
    elapsed = time.perf_counter() - began
    await broker.stop()
    together = [ms for mine in many for ms in mine]
    return {"one": one, "many": {"ms": together, "per_second": len(together) / elapsed}}


def call(amqp_uri: str, length: int, seconds: float, count: int) -> dict[str, Any]:
    return asyncio.run(_measure(amqp_uri, length, seconds, count))


if __name__ == "__main__":
    choose(serve=serve, call=call)
