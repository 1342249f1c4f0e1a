"""The check by hand, in process and behind the RPC floor: one thread on either side."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from bench import load
from bench.check import by_hand, town
from bench.rpc.floor import Client, answer_calls
from bench.verbs import choose

QUEUE = "bench-check-floor"


def check(database_url: str, questions: str, seconds: float) -> dict[str, Any]:
    ask, asked = _deciding(database_url), town.in_turn(questions)
    answers = "".join("y" if ask(question) else "n" for question in town.load(questions))
    return {"one": load.one_at_a_time(lambda: ask(next(asked)), seconds), "answers": answers}


def serve(amqp_uri: str, database_url: str) -> None:
    answer_calls(amqp_uri, QUEUE, _deciding(database_url))


def call(amqp_uri: str, questions: str, seconds: float, count: int) -> dict[str, Any]:
    client, asked = Client(amqp_uri, QUEUE), town.in_turn(questions)
    answers = "".join("y" if client.call(question) else "n" for question in town.load(questions))
    began = time.process_time()
    told = {
        "one": load.one_at_a_time(lambda: client.call(next(asked)), seconds),
        "many": client.many(lambda: next(asked), count, seconds),
    }
    return told | {"answers": answers, "spent": load.spent_since(began, told)}


def _deciding(database_url: str) -> Callable[[town.Question], bool]:
    database, today = by_hand.connect(database_url), by_hand.today()
    return lambda question: by_hand.decide(by_hand.look_up(database, question), question, today)


if __name__ == "__main__":
    choose(check=check, serve=serve, call=call)
