"""What RabbitMQ alone costs: one message at a time through an empty queue, by py-amqp, with nothing around it."""

from __future__ import annotations

import time
from collections.abc import Callable

import amqp

from bench import figures
from bench.rpc.floor import EXCHANGE, connect

COUNT = 500
BODY = "x" * 300


def cost(amqp_uri: str) -> list[list[str]]:
    """A table: milliseconds at p50 and p95 of each way to pass one message on."""
    rows = [["one message of 300 bytes through RabbitMQ, ms", "p50", "p95"]]
    for what, arguments, delivery_mode, confirmed in (
        ("transient, classic queue, published until delivered", {}, 1, False),
        ("persistent, classic queue, published until confirmed", {}, 2, True),
        ("persistent, quorum queue, published until delivered", {"x-queue-type": "quorum"}, 2, False),
        ("persistent, quorum queue, published until confirmed", {"x-queue-type": "quorum"}, 2, True),
    ):
        connection = connect(amqp_uri)
        took = _timed(_pass_one_on(connection, arguments, delivery_mode, confirmed=confirmed))
        connection.close()
        rows.append([what, *(f"{figures.percentile(took, percent):.2f}" for percent in (50, 95))])
    return rows


def _timed(pass_one_on: Callable[[], None]) -> list[float]:
    took = []
    for _ in range(COUNT):
        began = time.perf_counter()
        pass_one_on()
        took.append((time.perf_counter() - began) * 1000)
    return took[COUNT // 10 :]


def _pass_one_on(
    connection: amqp.Connection, arguments: dict[str, str], delivery_mode: int, *, confirmed: bool
) -> Callable[[], None]:
    channel = connection.channel()
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
    queue = f"bench-broker-{delivery_mode}-{confirmed}-{len(arguments)}"
    channel.queue_declare(queue, durable=True, auto_delete=False, arguments=arguments)
    channel.queue_bind(queue, EXCHANGE, queue)
    came: list[object] = []
    if confirmed:
        channel.confirm_select()
        channel.events["basic_ack"].add(lambda *tag: came.append(tag))
    else:
        channel.basic_consume(queue, no_ack=True, callback=came.append)

    def pass_one_on() -> None:
        came.clear()
        channel.basic_publish(amqp.Message(BODY, delivery_mode=delivery_mode), EXCHANGE, queue)
        while not came:
            connection.drain_events()

    return pass_one_on
