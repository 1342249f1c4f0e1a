"""Everything over TLS, as in production: connections are cut, fall silent, are too slow, and come back."""

from uuid import uuid4

import pytest

from chassis.rpc import RpcClient
from contracts.errors import Refusal
from tests.integration.chassis.bus.town import Teller, heard
from tests.support.certificates import make_certificate
from tests.support.proxy import Proxy


@pytest.fixture
def proxy(town, tmp_path):
    """The teller reaches the broker by it, for one test."""
    proxy = Proxy(town.amqp_uri, certificate=make_certificate(tmp_path))
    town.processes["teller"].stop()
    behind = town.run("teller", replica=" by TLS", amqp_uri=proxy.uri)
    yield proxy
    assert behind.stop() == 0
    proxy.close()
    town.processes["teller"].start()


@pytest.fixture
def client(town, proxy):
    """On native threads, as a plain program uses it."""
    with RpcClient(proxy.uri, "by TLS") as rpc:
        yield rpc.at(Teller, service=town.token, timeout=20)


def is_answered(client):
    try:
        return client.echo(words="hello") == "hello"
    except Refusal:
        return False


def tell(town, client, words):
    client.tell(words=words, command_id=uuid4())
    town.until(lambda: town.rows("hearer", heard, heard.c.words == words))


def test_calls_and_events_go_on_after_cuts(town, proxy, client):
    tell(town, client, "by TLS")
    for number in range(3):
        proxy.cut()
        town.until(lambda: is_answered(client))
        tell(town, client, f"by TLS {number}")


def test_who_cannot_trust_his_connection_makes_another(town, client):
    """As after missed heartbeats, a slow write, or a confirm that does not come."""
    link = client._client._link
    for number in range(3):
        link.drop()
        town.until(lambda: is_answered(client))
        assert link.is_up
        tell(town, client, f"dropped {number}")


def test_a_silent_broker_is_left_and_found_again(town, proxy, client):
    service = town.processes["teller by TLS"]
    proxy.black_hole()
    town.until(lambda: not service.is_ready("teller"), seconds=90)
    proxy.heal()
    town.until(lambda: service.is_ready("teller"), seconds=90)
    town.until(lambda: is_answered(client), seconds=90)
    tell(town, client, "after the silence")
