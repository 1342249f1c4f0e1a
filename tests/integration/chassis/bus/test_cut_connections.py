"""The network between a service and the broker fails for a moment, while calls run and events wait."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.integration.chassis.bus.town import Teller, heard, ran
from tests.support.proxy import Proxy


@pytest.fixture
def proxy(town):
    """The teller reaches the broker by it, for one test."""
    proxy = Proxy(town.amqp_uri)
    town.processes["teller"].stop()
    behind = town.run("teller", replica=" behind the proxy", amqp_uri=proxy.uri)
    yield proxy
    behind.stop()
    proxy.close()
    town.processes["teller"].start()


def test_a_call_that_runs_while_the_connection_is_cut_is_answered_and_not_run_again(town, proxy):
    patient = town.rpc.at(Teller, timeout=60, service=town.token)
    with ThreadPoolExecutor(6) as callers:
        # Some end while there is no connection, some after the next one has brought their request again.
        answers = {
            word: callers.submit(patient.linger, word=word, seconds=seconds)
            for word, seconds in {"cut 0.3": 0.3, "cut 0.5": 0.5, "cut 1": 1, "cut 1.5": 1.5, "cut 2": 2}.items()
        }
        town.until(lambda: len(town.rows("teller", ran, ran.c.word.startswith("cut "))) == 5)
        proxy.cut()

        assert [answer.result() for answer in answers.values()] == list(answers)
    assert sorted(row.word for row in town.rows("teller", ran, ran.c.word.startswith("cut "))) == sorted(answers)


def test_events_arrive_once_each_though_connections_are_cut_all_the_time(town, proxy):
    for number in range(60):
        town.teller.tell(words=f"cut {number}", command_id=uuid4())
        if number % 10 == 5:
            proxy.cut()
            town.until(lambda: town.processes["teller behind the proxy"].is_ready("teller"))

    town.until(lambda: len(town.rows("hearer", heard, heard.c.words.startswith("cut "))) >= 60)
    assert len(town.rows("hearer", heard, heard.c.words.startswith("cut "))) == 60
