"""A node of a RabbitMQ of three is killed while commands and events run: nothing is lost and nothing happens twice."""

import itertools
import threading
from collections import Counter
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from chassis.rpc import RpcClient
from contracts.errors import Refusal
from tests.integration.chassis.bus.town import Teller, Told, heard, ran

PATIENCE = 120.0  # seconds; a node that boots on a busy machine takes its time


@pytest.fixture(scope="module")
def town(make_town, rabbitmq_cluster):
    """The hearer's inbox is led by one node, the teller's requests lie on another."""
    town = make_town(rabbitmq_cluster.uri(2))
    town.run("hearer", amqp_uri=rabbitmq_cluster.uri(1))
    town.run("teller", amqp_uri=rabbitmq_cluster.uri(0))
    return town


class Load:
    """Tells stories one after the other, each with its command id until it is acknowledged, and keeps a ledger."""

    def __init__(self, town):
        self.acknowledged = []
        self._stop = threading.Event()
        self._town = town
        self._threads = [threading.Thread(target=self._tell, args=(name,)) for name in "ab"]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _tell(self, name):
        with RpcClient(self._town.amqp_uri, f"load {name}") as rpc:
            teller = rpc.at(Teller, timeout=2, service=self._town.token)
            for number in itertools.count():
                words, command_id = f"{name}{number} {uuid4()}", uuid4()
                while not self._stop.is_set():
                    try:
                        teller.tell(words=words, command_id=command_id)
                    except Refusal:
                        # Not a failure of the test: what was not acknowledged is asked again.
                        self._stop.wait(0.1)
                        continue
                    self.acknowledged.append(words)
                    break
                else:
                    return

    def go_on(self, count=100):
        """Until so many more are acknowledged."""
        reached = len(self.acknowledged) + count
        self._town.until(lambda: len(self.acknowledged) >= reached, seconds=PATIENCE)


def heard_by_now(town):
    return Counter(row.words for row in town.rows("hearer", heard))


def require_all_heard_once(town, words):
    town.until(lambda: set(words) <= set(heard_by_now(town)), seconds=PATIENCE)
    assert set(heard_by_now(town).values()) == {1}


def is_ready(town):
    return all(process.is_ready(name) for name, process in town.processes.items())


def test_nothing_is_lost_when_the_leader_of_an_inbox_is_killed(town, rabbitmq_cluster):
    with Load(town) as load:
        load.go_on()
        town.until(lambda: len(heard_by_now(town)) > 50, seconds=PATIENCE)
        leader = rabbitmq_cluster.leader_of("hearer.inbox")
        assert leader is not rabbitmq_cluster.leader_of("rpc-teller")
        leader.kill()
        # Two of three go on, without it.
        load.go_on()

    require_all_heard_once(town, load.acknowledged)
    assert not leader.is_running
    leader.start()
    town.until(lambda: is_ready(town), seconds=PATIENCE)


def test_nothing_is_lost_when_the_node_that_keeps_the_requests_is_killed(town, rabbitmq_cluster):
    told = [f"while it is away {number}" for number in range(50)]
    with Load(town) as load:
        load.go_on()
        home = rabbitmq_cluster.leader_of("rpc-teller")
        home.kill()
        for words in told:
            town.announce("teller", Told(story_id=uuid4(), words=words, version=1, occurred_at=datetime.now(UTC)))
        # Events go on; requests, which live on one node, wait for its return.
        require_all_heard_once(town, told)
        home.start()
        load.go_on()

    require_all_heard_once(town, [*told, *load.acknowledged])
    town.until(lambda: is_ready(town), seconds=PATIENCE)
    assert all(process.is_running for process in town.processes.values())
    assert town.teller.linger(word="after all that", seconds=0) == "after all that"
    assert len(town.rows("teller", ran, ran.c.word == "after all that")) == 1
