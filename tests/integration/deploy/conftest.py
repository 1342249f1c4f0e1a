"""A broker with a user for each service, and a mail server for the services that run here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from deploy.rabbitmq import definitions
from tests.integration.notifications.sink import MailSink
from tests.support.rabbitmq.node import RabbitMQ

UriOf = Callable[[str], str]


@pytest.fixture(scope="module")
def uri_of(killable_rabbitmq: RabbitMQ, tmp_path_factory: pytest.TempPathFactory) -> UriOf:
    """The address of the broker for one of its users."""
    passwords = tmp_path_factory.mktemp("passwords")
    for user in definitions.USERS:
        (passwords / user).write_text(f"password of {user}")
    made = passwords / "definitions.json"
    made.write_text(definitions.text(definitions.build(passwords)))
    killable_rabbitmq.control("import_definitions", str(made))
    port = killable_rabbitmq.port
    return lambda user: f"amqp://{user}:password%20of%20{user}@127.0.0.1:{port}/{definitions.VHOST}"


@pytest.fixture
def sink() -> Iterator[MailSink]:
    sink = MailSink()
    sink.start()
    yield sink
    sink.stop()
