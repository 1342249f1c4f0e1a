"""Stock nameko and kombu run on it, unchanged."""

# mypy: disable-error-code="no-untyped-call"
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import amqp
import pytest
from kombu.connection import Connection
from kombu.entity import Exchange, Queue
from nameko.exceptions import MethodNotFound, RemoteError, UnknownService
from nameko.standalone.rpc import ClusterRpcClient

from deploy.embedded.children import start_child
from tests.contracts.broker.client import Client, wait_for


@dataclass(frozen=True)
class Stock:
    greeter: str
    mirror: str
    rpc: Any
    log: Path
    child: "subprocess.Popen[bytes]"


@pytest.fixture(scope="module")
def stock(broker_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stock]:
    greeter, mirror = f"greeter-{os.urandom(4).hex()}", f"mirror-{os.urandom(4).hex()}"
    log = tmp_path_factory.mktemp("nameko") / "stock.log"
    command = [sys.executable, "-W", "ignore", "-m", "nameko", "run", "-d", f"AMQP_URI={broker_uri}"]
    environment = os.environ | {"GREETER": greeter, "MIRROR": mirror}
    child = start_child(
        [*command, "tests.contracts.broker.stock_service"],
        log=log,
        environment=environment,
        when_parent_dies=signal.SIGKILL,
    )
    with Client(broker_uri) as client:
        wait_for(lambda: _are_served(client, greeter, mirror), "the services to be ready")
        with ClusterRpcClient(uri=broker_uri, timeout=10) as rpc:
            yield Stock(greeter, mirror, rpc, log, child)
        child.terminate()
        child.wait(10)
        for queue in (f"rpc-{greeter}", f"rpc-{mirror}", f"evt-{greeter}-greeted--{mirror}.on_greeted"):
            client.channel.queue_delete(queue)
        client.channel.exchange_delete(f"{greeter}.events")


def test_a_call_is_answered(stock: Stock) -> None:
    assert stock.rpc[stock.greeter].greet("Amélie") == "Bonjour Amélie"


def test_a_service_calls_another(stock: Stock) -> None:
    assert stock.rpc[stock.mirror].greet_through_me("Bernard") == "Bonjour Bernard"


def test_an_event_is_heard(stock: Stock) -> None:
    stock.rpc[stock.greeter].greet("Chantal")

    wait_for(lambda: "Chantal" in stock.rpc[stock.mirror].list_greeted(), "the event to be heard")


def test_many_calls_at_once_get_each_its_answer(stock: Stock) -> None:
    waiting = [stock.rpc[stock.greeter].echo.call_async(number) for number in range(50)]

    assert [reply.result() for reply in waiting] == list(range(50))


def test_a_large_argument_comes_back(stock: Stock) -> None:
    text = "é" * 500_000

    assert stock.rpc[stock.greeter].echo(text) == text


def test_refusals_come_back_as_errors(stock: Stock) -> None:
    with pytest.raises(RemoteError, match="ValueError"):
        stock.rpc[stock.greeter].refuse()
    with pytest.raises(MethodNotFound):
        stock.rpc[stock.greeter].unheard_of()
    # Not by waiting: the broker returns the mandatory message.
    with pytest.raises(UnknownService):
        stock.rpc["nobody"].greet("x")


def test_the_service_was_never_disturbed(stock: Stock) -> None:
    """After the tests above: no lost connection, no traceback but of the refusal that was asked for."""
    log = stock.log.read_text()

    assert "Error connecting to broker" not in log
    assert "ConnectionResetError" not in log


def test_kombu_publishes_with_confirms_and_consumes(broker_uri: str, name: str) -> None:
    received: list[tuple[Any, str]] = []
    exchange = Exchange(name, "topic", durable=False, auto_delete=True)
    queue = Queue(name, exchange, "role.*", durable=False, auto_delete=True)

    def on_message(body: Any, message: Any) -> None:
        received.append((body, message.delivery_info["routing_key"]))
        message.ack()

    with Connection(broker_uri, transport_options={"confirm_publish": True}, heartbeat=10) as connection:
        with connection.Consumer(queue, callbacks=[on_message], prefetch_count=2):
            producer = connection.Producer(serializer="json")
            for number in range(5):
                producer.publish(
                    {"n": number}, exchange=exchange, routing_key="role.granted", mandatory=True, retry=True
                )
            while len(received) < 5:
                connection.drain_events(timeout=10)
            connection.heartbeat_check()
        with pytest.raises(amqp.NotFound):
            connection.channel().queue_declare(name, passive=True)

    assert received == [({"n": number}, "role.granted") for number in range(5)]


def _are_served(client: Client, *services: str) -> bool:
    return all(_consumers_of(client, f"rpc-{service}") for service in services)


def _consumers_of(client: Client, queue: str) -> int:
    try:
        return int(client.connection.channel().queue_declare(queue, passive=True).consumer_count)
    except amqp.NotFound:
        return 0
