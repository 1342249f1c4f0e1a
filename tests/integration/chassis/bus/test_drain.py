"""A graceful stop finishes what it started, leaves the rest to others, and nothing is run twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

from tests.integration.chassis.bus.town import Teller, ran


def test_a_stop_finishes_what_was_started_and_leaves_the_rest_to_the_next(town):
    patient = town.rpc.at(Teller, timeout=20, service=town.token)
    words = [f"drained {number}" for number in range(30)]
    with ThreadPoolExecutor(len(words)) as callers:
        # Twenty at once; ten wait their turn.
        answers = [callers.submit(patient.linger, word=word, seconds=0.7) for word in words]
        town.until(lambda: len(town.rows("teller", ran, ran.c.word.startswith("drained"))) == 20)
        assert town.processes["teller"].stop() == 0
        town.processes["teller"].start()

        assert [answer.result() for answer in answers] == words
    assert sorted(row.word for row in town.rows("teller", ran, ran.c.word.startswith("drained"))) == sorted(words)


def test_a_rolling_restart_of_two_replicas_is_not_noticed_by_callers(town):
    stop = threading.Event()
    answered = []

    def call_on_and_on():
        while not stop.is_set():
            answered.append(town.teller.echo(words="x"))

    second = town.run("teller", replica="2")
    with ThreadPoolExecutor(2) as callers:
        calling = [callers.submit(call_on_and_on) for _ in range(2)]
        try:
            assert town.processes["teller"].stop() == 0
            town.processes["teller"].start()
            assert second.stop() == 0
            reached = len(answered)
            town.until(lambda: len(answered) > reached + 50)
        finally:
            stop.set()
        for call in calling:
            call.result()
