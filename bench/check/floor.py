"""The check by hand, in process and behind the RPC floor: one thread on either side."""

from __future__ import annotations

import json
import time
from typing import Any

import amqp

from bench import load
from bench.check import by_hand, town
from bench.rpc.floor import EXCHANGE, Client, connect
from bench.verbs import choose, ready

QUEUE = "bench-check-floor"


def check(database_url: str, questions: str, seconds: float) -> dict[str, Any]:
    database, today = by_hand.connect(database_url), by_hand.today()

    def ask(question: town.Question) -> bool:
        return by_hand.decide(by_hand.look_up(database, question), question, today)

    asked = town.in_turn(questions)
    answers = "".join("y" if ask(question) else "n" for question in town.load(questions))
    return {"one": load.one_at_a_time(lambda: ask(next(asked)), seconds), "answers": answers}


def serve(amqp_uri: str, database_url: str) -> None:
    database, today = by_hand.connect(database_url), by_hand.today()
    connection = connect(amqp_uri)
    channel = connection.channel()
    channel.exchange_declare(EXCHANGE, "topic", durable=True, auto_delete=False)
    channel.queue_declare(QUEUE, durable=True, auto_delete=False)
    channel.queue_bind(QUEUE, EXCHANGE, QUEUE)
    channel.basic_qos(0, 20, False)

    def answer(request: amqp.Message) -> None:
        question = json.loads(request.body)
        decision = by_hand.decide(by_hand.look_up(database, question), question, today)
        body = json.dumps({"result": decision, "error": None})
        properties = request.properties
        reply = amqp.Message(body, correlation_id=properties["correlation_id"], delivery_mode=1)
        channel.basic_publish(reply, EXCHANGE, properties["reply_to"])
        channel.basic_ack(request.delivery_tag)

    channel.basic_consume(QUEUE, callback=answer)
    ready()
    while True:
        connection.drain_events()


def call(amqp_uri: str, questions: str, seconds: float, count: int) -> dict[str, Any]:
    client, asked = Client(amqp_uri, QUEUE), town.in_turn(questions)
    answers = "".join("y" if client.call(question) else "n" for question in town.load(questions))
    began = time.process_time()
    told = {
        "one": load.one_at_a_time(lambda: client.call(next(asked)), seconds),
        "many": client.many(lambda: next(asked), count, seconds),
    }
    return told | {"answers": answers, "spent": load.spent_since(began, told)}


if __name__ == "__main__":
    choose(check=check, serve=serve, call=call)
