"""The broker ends whoever is silent for two heartbeats; a link ends a broker that is."""

import signal
import sys

import amqp
import pytest

from chassis.bus import LOST
from deploy.embedded.children import start_child
from deploy.embedded.ports import wait_until
from tests.support.processes import ROOT
from tests.support.proxy import Proxy


@pytest.fixture
def proxy(amqp_uri):
    proxy = Proxy(amqp_uri)
    yield proxy
    proxy.close()


@pytest.fixture
def said(proxy, tmp_path):
    """What two links say, so far: one on green threads, one on native ones."""
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    logs = {kind: tmp_path / kind for kind in ("green", "threads")}
    children = [
        start_child(
            [sys.executable, "-W", "ignore", "-m", "tests.integration.chassis.bus.beat", kind, proxy.uri],
            log=log,
            environment=environment,
            when_parent_dies=signal.SIGKILL,
        )
        for kind, log in logs.items()
    ]
    yield lambda: [[word for word in log.read_text().split() if word in ("up", "lost")] for log in logs.values()]
    for child in children:
        child.kill()
        child.wait()


def wait_until_the_broker_leaves_who_is_silent(amqp_uri):
    silent = amqp.Connection(amqp_uri.removeprefix("amqp://guest:guest@").rstrip("/"), heartbeat=5)
    silent.connect()
    with pytest.raises(LOST) as ended:
        while True:
            # Without our beats in between.
            silent.drain_events(timeout=60)
    assert not isinstance(ended.value, TimeoutError)
    silent.collect()


def test_an_idle_link_lives_and_a_silent_broker_is_left_and_found_again(said, proxy, amqp_uri):
    wait_until(lambda: said() == [["up"], ["up"]], seconds=60, what="the links")
    # As idle and not older than the links.
    wait_until_the_broker_leaves_who_is_silent(amqp_uri)
    assert said() == [["up"], ["up"]]

    proxy.black_hole()
    wait_until(lambda: all("lost" in words for words in said()), seconds=60, what="the links to leave a silent broker")
    proxy.heal()
    wait_until(lambda: all(words[-1] == "up" for words in said()), seconds=60, what="the links to come back")
