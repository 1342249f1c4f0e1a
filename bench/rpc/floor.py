"""An RPC as short as py-amqp allows: one connection each, a declared reply queue, one thread on either side."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import amqp

from bench import load
from bench.verbs import choose, ready

EXCHANGE, QUEUE = "bench-rpc", "bench-rpc-floor"


def connect(amqp_uri: str) -> amqp.Connection:
    parts = urlsplit(amqp_uri)
    connection = amqp.Connection(
        host=f"{parts.hostname}:{parts.port}",
        userid=parts.username or "guest",
        password=parts.password or "guest",
        # Without it py-amqp asks the socket before each message whether the broker is blocked.
        client_properties={"capabilities": {}},
    )
    connection.connect()
    return connection


def serve(amqp_uri: str) -> None:
    answer_calls(amqp_uri, QUEUE, lambda asked: "x" * asked["length"])


def answer_calls(amqp_uri: str, queue: str, answer: Callable[[dict[str, Any]], Any]) -> None:
    connection = connect(amqp_uri)
    channel = connection.channel()
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
    channel.queue_declare(queue, durable=True, auto_delete=False)
    channel.queue_bind(queue, EXCHANGE, queue)
    channel.basic_qos(0, 20, False)

    def reply_to(request: amqp.Message) -> None:
        body = json.dumps({"result": answer(json.loads(request.body)), "error": None})
        properties = request.properties
        reply = amqp.Message(body, correlation_id=properties["correlation_id"], delivery_mode=1)
        channel.basic_publish(reply, EXCHANGE, properties["reply_to"])
        channel.basic_ack(request.delivery_tag)

    channel.basic_consume(queue, callback=reply_to)
    ready()
    while True:
        connection.drain_events()


class Client:
    """Single-threaded: many calls are in flight by sending the next when an answer has come."""

    def __init__(self, amqp_uri: str, routing_key: str) -> None:
        self._connection = connect(amqp_uri)
        self._channel = self._connection.channel()
        self._routing_key = routing_key
        self._reply_queue = f"bench-reply-{uuid.uuid4()}"
        self._channel.queue_declare(self._reply_queue, durable=True, auto_delete=True)
        self._channel.queue_bind(self._reply_queue, EXCHANGE, self._reply_queue)
        self._channel.basic_consume(self._reply_queue, no_ack=True, callback=self._note)
        self._answered: dict[str, Any] = {}

    def send(self, request: dict[str, Any]) -> str:
        correlation_id = str(uuid.uuid4())
        message = amqp.Message(
            json.dumps(request), correlation_id=correlation_id, reply_to=self._reply_queue, delivery_mode=1
        )
        self._channel.basic_publish(message, EXCHANGE, self._routing_key)
        return correlation_id

    def call(self, request: dict[str, Any]) -> Any:
        correlation_id = self.send(request)
        while correlation_id not in self._answered:
            self._connection.drain_events()
        return self._answered.pop(correlation_id)["result"]

    def many(self, make_request: Callable[[], dict[str, Any]], count: int, seconds: float) -> dict[str, Any]:
        """As ``load.at_once``: ``count`` requests in flight."""
        took: list[float] = []
        began = time.perf_counter()
        in_flight = {self.send(make_request()): time.perf_counter() for _ in range(count)}
        while in_flight:
            self._connection.drain_events()
            for correlation_id in list(self._answered):
                del self._answered[correlation_id]
                took.append((time.perf_counter() - in_flight.pop(correlation_id)) * 1000)
                if time.perf_counter() - began < seconds:
                    in_flight[self.send(make_request())] = time.perf_counter()
        return {"ms": took, "per_second": len(took) / (time.perf_counter() - began)}

    def _note(self, message: amqp.Message) -> None:
        self._answered[message.properties["correlation_id"]] = json.loads(message.body)


def call(amqp_uri: str, length: int, seconds: float, count: int) -> dict[str, Any]:
    client = Client(amqp_uri, QUEUE)
    request = {"length": length}
    for _ in range(200):
        client.call(request)
    began = time.process_time()
    told = {
        "one": load.one_at_a_time(lambda: client.call(request), seconds),
        "many": client.many(lambda: request, count, seconds),
    }
    return told | {"spent": load.spent_since(began, told)}


if __name__ == "__main__":
    choose(serve=serve, call=call)
