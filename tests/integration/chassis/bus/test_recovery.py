"""Broker and database go away and come back; nobody restarts the services, and all goes on."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from chassis.inbox.arrivals import PREFETCH
from contracts.errors import Refusal, Unavailable
from tests.integration.chassis.bus.town import Teller, Told, heard


@pytest.fixture(scope="module")
def town(town_of_its_own):
    return town_of_its_own


def tell(town, words):
    """A command repeated with its id until it is answered, as callers do."""
    command_id = uuid4()

    def answered():
        try:
            return bool(town.rpc.at(Teller, timeout=2, service=town.token).tell(words=words, command_id=command_id))
        except Refusal:
            return False

    town.until(answered)


def a_told(words):
    return Told(story_id=uuid4(), words=words, version=1, occurred_at=datetime.now(UTC))


def is_ready(town):
    return all(process.is_ready(name) for name, process in town.processes.items())


def times_heard(town, words):
    return len(town.rows("hearer", heard, heard.c.words == words))


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_all_resumes_when_the_broker_returns(town, killable_rabbitmq, end):
    tell(town, f"before the {end}")
    getattr(killable_rabbitmq, end)()
    town.until(lambda: not any(process.is_ready(name) for name, process in town.processes.items()))
    with pytest.raises(Unavailable):
        town.rpc.at(Teller, timeout=20, service=town.token).echo(words="anybody?")
    killable_rabbitmq.start()

    town.until(lambda: is_ready(town))
    tell(town, f"after the {end}")
    for words in (f"before the {end}", f"after the {end}"):
        town.until(lambda words=words: times_heard(town, words) == 1)
    assert all(process.is_running for process in town.processes.values())


def test_what_was_committed_while_the_broker_was_away_is_sent_when_it_returns(town, killable_rabbitmq):
    killable_rabbitmq.kill()
    town.announce("teller", a_told("meanwhile"))
    killable_rabbitmq.start()

    town.until(lambda: times_heard(town, "meanwhile") == 1)
    town.until(lambda: is_ready(town))


def test_all_resumes_when_the_database_returns(town, killable_postgres):
    tell(town, "before the database went")
    killable_postgres.kill()
    town.until(lambda: not any(process.is_ready(name) for name, process in town.processes.items()))
    with pytest.raises(Unavailable) as refused:
        town.teller.linger(word="x", seconds=0)
    assert refused.value.details == {"part": "database"}
    killable_postgres.start()

    town.until(lambda: is_ready(town))
    tell(town, "after the database returned")
    for words in ("before the database went", "after the database returned"):
        town.until(lambda words=words: times_heard(town, words) == 1)
    assert all(process.is_running for process in town.processes.values())


def test_messages_wait_in_the_queue_while_the_database_is_away(town, killable_postgres):
    count = PREFETCH + 50
    with killable_postgres.shut(town.databases["hearer"]):
        for number in range(count):
            town.announce("teller", a_told(f"queued {number}"))
        town.until(lambda: town.waiting_in("hearer.inbox") == count - PREFETCH)
        assert town.processes["hearer"].is_running
        town.until(lambda: not town.processes["hearer"].is_ready("hearer"))

    # The test's own connection was ended too.
    town.engines["hearer"].dispose()
    town.until(lambda: len(town.rows("hearer", heard, heard.c.words.startswith("queued "))) >= count)
    assert len(town.rows("hearer", heard, heard.c.words.startswith("queued "))) == count
