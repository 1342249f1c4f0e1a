"""Each case runs on both brokers."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.contracts.broker.client import Client
from tests.support.development_broker import development_broker, killable_development_broker

__all__ = ["development_broker", "killable_development_broker"]

BOTH = ["development", pytest.param("rabbitmq", marks=pytest.mark.rabbitmq)]
Connect = Callable[..., Client]


@pytest.fixture(scope="session", params=BOTH)
def broker_uri(request: pytest.FixtureRequest) -> str:
    if request.param == "development":
        return str(request.getfixturevalue("development_broker").uri)
    return str(request.getfixturevalue("amqp_uri"))


@pytest.fixture
def connect(broker_uri: str) -> Iterator[Connect]:
    clients: list[Client] = []

    def connect(**options: Any) -> Client:
        clients.append(Client(broker_uri, **options))
        return clients[-1]

    yield connect
    for client in clients:
        client.close()


@pytest.fixture
def client(connect: Connect) -> Client:
    return connect()


@pytest.fixture
def name() -> str:
    """Of a queue or an exchange that nobody else has."""
    return f"contract-{uuid.uuid4().hex[:12]}"
