"""The broker ends whoever is silent for two heartbeats; a link ends a broker that is."""

import signal
import sys

import amqp
import pytest

from chassis.bus import LOST
from deploy.embedded.children import start_child
from deploy.embedded.ports import wait_until
from tests.support.certificates import make_certificate
from tests.support.processes import ROOT
from tests.support.proxy import Proxy


@pytest.fixture(params=["plain", "TLS"])
def proxy(request, amqp_uri, tmp_path):
    proxy = Proxy(amqp_uri, certificate=make_certificate(tmp_path) if request.param == "TLS" else None)
    yield proxy
    proxy.close()


@pytest.fixture(params=["green", "threads"])
def said(request, proxy, tmp_path):
    """What the link says, so far."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.integration.chassis.bus.beat", request.param, proxy.uri]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    log = tmp_path / "log"
    child = start_child(command, log=log, environment=environment, when_parent_dies=signal.SIGKILL)
    yield lambda: [word for word in log.read_text().split() if word in ("up", "lost")]
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
    wait_until(lambda: said() == ["up"], seconds=60, what="the link")
    # As idle and not older than the link.
    wait_until_the_broker_leaves_who_is_silent(amqp_uri)
    assert said() == ["up"]

    proxy.black_hole()
    wait_until(lambda: "lost" in said(), seconds=60, what="the link to leave a silent broker")
    proxy.heal()
    wait_until(lambda: said()[-1] == "up", seconds=60, what="the link to come back")
