"""What a broker still knows after an orderly stop, and after kill -9.

A RabbitMQ takes some ten seconds to come back, so each broker is ended once each way: the fixture `before` makes all
that the tests look for after it.
"""

import threading
import time
from collections.abc import Iterator
from typing import Any

import amqp
import pytest

from tests.contracts.broker.client import Client, Deliveries
from tests.contracts.broker.conftest import BOTH

EVENTS, LETTERS = "contract.events", "contract.letters"
DURABLE = {"durable": True, "exclusive": False}
HOUR = {"x-message-ttl": 3600000}
DEAD_LETTERS = {"x-dead-letter-exchange": LETTERS, "x-dead-letter-routing-key": "dead"}


@pytest.fixture(scope="module", params=BOTH)
def broker(request: pytest.FixtureRequest) -> Any:
    """A DevelopmentBroker or a RabbitMQ that may be ended."""
    return request.getfixturevalue(
        "killable_development_broker" if request.param == "development" else "killable_rabbitmq"
    )


# RabbitMQ may lose any queue that was declared less than a second or so before kill -9.
DECLARED_BEFORE = 1.5  # seconds


# The orderly end comes first, and the quorum queue stays from then on: of such a one 3.10 says "noproc" for ever after.
@pytest.fixture(scope="module", params=["stop", "kill"])
def after(request: pytest.FixtureRequest, broker: Any) -> Iterator[Client]:
    """A client of the broker that came back."""
    with Client(broker.uri) as client, Client(broker.uri) as holder:
        before(client, holder)
        if request.param == "stop":
            broker.restart()
        else:
            time.sleep(DECLARED_BEFORE)
            broker.kill()
            broker.start()
    with Client(broker.uri) as client:
        yield client
    with Client(broker.uri) as client:
        for queue in ("kept", "fleeting", "held", "unbound", "purged", "dying", "letters"):
            client.channel.queue_delete(queue)
        for exchange in (EVENTS, LETTERS):
            client.channel.exchange_delete(exchange)


def before(client: Client, holder: Client) -> None:
    client.queue("quorum", **DURABLE, arguments={"x-queue-type": "quorum"})
    client.publish("quorum", "kept", delivery_mode=1)

    client.channel.exchange_declare(EVENTS, "topic", durable=True, auto_delete=False)
    client.queue("kept", **DURABLE, arguments=HOUR)
    client.channel.queue_bind("kept", EVENTS, "role.*")
    client.publish("kept", "one", delivery_mode=2, message_id="m1", application_headers={"a": [1]})
    client.publish("kept", "two", "three", delivery_mode=2)

    client.queue("fleeting", **DURABLE)
    client.publish("fleeting", "transient", delivery_mode=1)
    client.queue("transient", exclusive=False)
    client.queue("exclusive", durable=True)
    client.publish("transient", "lost with its queue", delivery_mode=2)

    for queue in ("deleted", "unbound", "purged"):
        client.queue(queue, **DURABLE)
        client.channel.queue_bind(queue, EVENTS, "all")
    client.send(EVENTS, "all", "everywhere", delivery_mode=2)
    client.channel.queue_delete("deleted")
    client.channel.queue_unbind("unbound", EVENTS, "all")
    client.channel.queue_purge("purged")

    client.channel.exchange_declare(LETTERS, "direct", durable=True, auto_delete=False)
    client.queue("letters", **DURABLE)
    client.channel.queue_bind("letters", LETTERS, "dead")
    client.queue("dying", **DURABLE, arguments=DEAD_LETTERS)
    client.publish("dying", "brief", delivery_mode=2, expiration="4000")

    client.queue("held", **DURABLE)
    client.publish("held", "held", delivery_mode=2)
    Deliveries(holder.channel, "held").wait_for(1)


def test_messages_that_were_persistent_and_confirmed(after: Client) -> None:
    message = after.take("kept")

    assert (message.body, message.properties["message_id"]) == ("one", "m1")
    assert message.properties["application_headers"] == {"a": [1]}
    assert after.bodies("kept") == ["two", "three"]


def test_durable_exchanges_queues_and_bindings_as_they_were_declared(after: Client) -> None:
    after.channel.exchange_declare(EVENTS, "topic", durable=True, auto_delete=False)
    after.queue("kept", **DURABLE, arguments=HOUR)

    after.send(EVENTS, "role.granted", "four")

    assert after.bodies("kept")[-1:] == ["four"]


def test_not_what_was_transient_or_exclusive(after: Client) -> None:
    assert after.count("fleeting") == 0
    assert not after.exists("transient")
    assert not after.exists("exclusive")


def test_not_what_was_deleted_unbound_or_purged(after: Client) -> None:
    after.send(EVENTS, "all", "again", delivery_mode=2)

    assert not after.exists("deleted")
    assert after.bodies("unbound") == ["everywhere"]
    assert after.bodies("purged") == ["again"]


def test_what_was_held_comes_again_marked(after: Client) -> None:
    message = after.take("held")

    assert (message.body, message.delivery_info["redelivered"]) == ("held", True)


def test_a_message_whose_time_was_up_meanwhile_went_to_its_dead_letters(after: Client) -> None:
    assert after.wait_for_message("letters").body == "brief"


def test_what_a_quorum_queue_holds_persistent_or_not(after: Client) -> None:
    assert after.wait_for_message("quorum").body == "kept"


def test_clients_notice_when_the_broker_stops(broker: Any) -> None:
    """RabbitMQ tells them why, but may be gone before py-amqp has answered, and then py-amqp says only that."""
    with Client(broker.uri) as client:
        stopping = threading.Thread(target=broker.stop)
        stopping.start()
        with pytest.raises((amqp.ConnectionForced, ConnectionError)):
            client.connection.drain_events(timeout=30)
        stopping.join()
    broker.start()
