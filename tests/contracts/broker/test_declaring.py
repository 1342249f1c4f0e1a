"""Queues and exchanges: who may have them, when they are the same, and when they go."""

from collections.abc import Callable

import amqp
import pytest

from tests.contracts.broker.client import Arguments, Client, Deliveries, wait_for
from tests.contracts.broker.conftest import Connect


def test_a_passive_declaration_finds_what_is_there(client: Client, name: str) -> None:
    client.queue(name)
    client.publish(name, "one", "two")

    found = client.channel.queue_declare(name, passive=True)

    assert (found.queue, found.message_count, found.consumer_count) == (name, 2, 0)
    client.channel.exchange_declare("amq.topic", "topic", passive=True)


def test_a_passive_declaration_of_a_missing_queue_ends_the_channel(client: Client, name: str) -> None:
    with pytest.raises(amqp.NotFound, match=f"no queue '{name}' in vhost '/'"):
        client.channel.queue_declare(name, passive=True)
    with pytest.raises(amqp.NotFound, match=f"no exchange '{name}' in vhost '/'"):
        client.channel.exchange_declare(name, "topic", passive=True)


def test_the_same_declaration_again_changes_nothing(client: Client, name: str) -> None:
    declared = {"arguments": {"x-message-ttl": 60000, "x-dead-letter-exchange": "amq.fanout"}}
    client.queue(name, **declared)
    client.publish(name, "kept")

    again = client.channel.queue_declare(name, exclusive=True, auto_delete=False, **declared)

    assert again.message_count == 1


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"durable": True}, "inequivalent arg 'durable' for queue"),
        ({"auto_delete": True}, "inequivalent arg 'auto_delete' for queue"),
        ({"arguments": {"x-expires": 60000, "x-message-ttl": 1000}}, "inequivalent arg 'x-message-ttl' for queue"),
        ({"arguments": {"x-expires": 60001}}, "inequivalent arg 'x-expires' for queue"),
    ],
)
def test_another_declaration_of_the_same_queue_is_refused(
    client: Client, name: str, other: Arguments, said: str
) -> None:
    first = {"exclusive": False, "auto_delete": False, "durable": False, "arguments": {"x-expires": 60000}}
    client.queue(name, **first)

    with pytest.raises(amqp.PreconditionFailed, match=said):
        client.connection.channel().queue_declare(name, **(first | other))


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"type": "direct"}, "inequivalent arg 'type' for exchange"),
        ({"durable": True}, "inequivalent arg 'durable' for exchange"),
        ({"auto_delete": False}, "inequivalent arg 'auto_delete' for exchange"),
    ],
)
def test_another_declaration_of_the_exchange_is_refused(client: Client, name: str, other: Arguments, said: str) -> None:
    first = {"type": "topic", "durable": False, "auto_delete": True}
    client.channel.exchange_declare(name, **first)

    with pytest.raises(amqp.PreconditionFailed, match=said):
        client.connection.channel().exchange_declare(name, **(first | other))
    client.channel.exchange_delete(name)


def test_names_that_begin_with_amq_are_the_brokers(client: Client) -> None:
    with pytest.raises(amqp.AccessRefused, match=r"reserved prefix 'amq\.\*'"):
        client.connection.channel().queue_declare("amq.mine")
    with pytest.raises(amqp.AccessRefused, match=r"reserved prefix 'amq\.\*'"):
        client.connection.channel().exchange_declare("amq.mine", "topic")


def test_the_broker_names_a_queue_that_has_no_name(client: Client) -> None:
    first, second = client.queue(), client.queue()

    assert first.startswith("amq.gen-")
    assert first != second


@pytest.mark.parametrize(
    "arguments",
    [
        {"x-message-ttl": -1},
        {"x-expires": 0},
        {"x-message-ttl": "soon"},
        {"x-max-length": -1},
        {"x-dead-letter-routing-key": "without-an-exchange"},
        {"x-queue-type": "deque"},
        {"x-overflow": "panic"},
    ],
)
def test_arguments_that_make_no_sense_are_refused(client: Client, name: str, arguments: Arguments) -> None:
    with pytest.raises(amqp.PreconditionFailed, match=r"invalid arg|unsupported queue type"):
        client.connection.channel().queue_declare(name, auto_delete=True, arguments=arguments)


@pytest.mark.parametrize("declared", [{"durable": False}, {"durable": True, "exclusive": True}])
def test_a_quorum_queue_is_durable_and_shared(client: Client, name: str, declared: Arguments) -> None:
    with pytest.raises(amqp.PreconditionFailed, match="invalid property"):
        client.connection.channel().queue_declare(
            name, auto_delete=False, arguments={"x-queue-type": "quorum"}, **declared
        )


def test_an_exclusive_queue_is_locked_to_its_connection(client: Client, connect: Connect, name: str) -> None:
    queue, stranger = client.queue(name), connect()
    refused: list[Callable[[amqp.Channel], object]] = [
        lambda channel: channel.queue_declare(queue, passive=True),
        lambda channel: channel.queue_declare(queue, auto_delete=False, exclusive=True),
        lambda channel: channel.queue_declare(queue, auto_delete=False),
        lambda channel: channel.queue_bind(queue, "amq.topic", "#"),
        lambda channel: channel.basic_consume(queue),
        lambda channel: channel.basic_get(queue),
        lambda channel: channel.queue_purge(queue),
        lambda channel: channel.queue_delete(queue),
    ]

    for ask in refused:
        with pytest.raises(amqp.ResourceLocked, match="cannot obtain exclusive access to locked queue"):
            ask(stranger.connection.channel())

    stranger.publish(queue, "writing to it is everybody's right")
    assert client.bodies(queue) == ["writing to it is everybody's right"]


def test_an_exclusive_queue_goes_with_its_connection(client: Client, connect: Connect, name: str) -> None:
    owner = connect()
    owner.queue(name)
    owner.close()

    wait_for(lambda: not client.exists(name), "the queue to go")


def test_an_auto_delete_queue_goes_with_its_last_consumer(client: Client, name: str) -> None:
    client.queue(name, exclusive=False, auto_delete=True)
    first, second = Deliveries(client.channel, name), Deliveries(client.channel, name)

    client.channel.basic_cancel(first.tag)
    assert client.exists(name)
    client.channel.basic_cancel(second.tag)

    wait_for(lambda: not client.exists(name), "the queue to go")


def test_an_auto_delete_exchange_goes_with_its_last_binding(client: Client, name: str) -> None:
    queue = client.queue()
    client.channel.exchange_declare(name, "topic", auto_delete=True)
    client.channel.queue_bind(queue, name, "a")
    client.channel.queue_bind(queue, name, "b")

    client.channel.queue_unbind(queue, name, "a")
    client.channel.exchange_declare(name, "topic", passive=True)
    client.channel.queue_delete(queue)

    with pytest.raises(amqp.NotFound):
        client.channel.exchange_declare(name, "topic", passive=True)


def test_a_queue_that_nobody_uses_expires(client: Client, name: str) -> None:
    client.queue(name, exclusive=False, arguments={"x-expires": 300})

    wait_for(lambda: not _found_without_using(client, name), "it to expire")


def test_a_queue_that_is_consumed_does_not_expire(client: Client, name: str) -> None:
    client.queue(name, exclusive=False, arguments={"x-expires": 200})
    other = client.queue(arguments={"x-expires": 400})
    consumer = Deliveries(client.channel, name)

    wait_for(lambda: not _found_without_using(client, other), "the other queue to expire")

    assert client.count(name) == 0
    client.channel.basic_cancel(consumer.tag)
    wait_for(lambda: not _found_without_using(client, name), "it to expire once its consumer has gone")


def test_deleting_what_is_not_there_succeeds(client: Client, name: str) -> None:
    assert client.channel.queue_delete(name) == 0
    client.channel.exchange_delete(name)


def test_a_queue_is_deleted_only_if_empty_or_unused_when_asked_so(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "kept")

    with pytest.raises(amqp.PreconditionFailed, match="not empty"):
        client.connection.channel().queue_delete(queue, if_empty=True)
    Deliveries(client.channel, queue)
    with pytest.raises(amqp.PreconditionFailed, match="in use"):
        client.connection.channel().queue_delete(queue, if_unused=True)


def test_deleting_and_purging_tell_how_many_messages_went(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "one", "two", "three")
    assert client.channel.queue_purge(queue) == 3
    client.publish(queue, "four")

    assert client.channel.queue_delete(queue) == 1


def test_an_exchange_in_use_is_not_deleted_if_unused_was_asked(client: Client, name: str) -> None:
    client.channel.exchange_declare(name, "topic", auto_delete=True)
    client.channel.queue_bind(client.queue(), name, "#")

    with pytest.raises(amqp.PreconditionFailed, match="in use"):
        client.connection.channel().exchange_delete(name, if_unused=True)


def test_a_binding_needs_both_its_ends(client: Client, name: str) -> None:
    queue = client.queue()
    with pytest.raises(amqp.NotFound, match="no exchange"):
        client.connection.channel().queue_bind(queue, name, "#")
    with pytest.raises(amqp.NotFound, match="no queue"):
        client.connection.channel().queue_bind(name, "amq.topic", "#")


def test_the_default_exchange_is_nobodys_to_change(client: Client) -> None:
    queue = client.queue()
    refused: list[Callable[[amqp.Channel], object]] = [
        lambda channel: channel.queue_bind(queue, "", "key"),
        lambda channel: channel.exchange_declare("", "direct", durable=True, auto_delete=False),
        lambda channel: channel.exchange_delete(""),
    ]
    for ask in refused:
        with pytest.raises(amqp.AccessRefused):
            ask(client.connection.channel())


def test_an_unknown_kind_of_exchange_is_refused(connect: Connect, name: str) -> None:
    """RabbitMQ 3.10 ended the whole connection."""
    with pytest.raises((amqp.PreconditionFailed, amqp.InvalidCommand), match="exchange type 'telepathic'"):
        connect().channel.exchange_declare(name, "telepathic")


def _found_without_using(client: Client, queue: str) -> bool:
    """Declaring or getting would renew its lease: a mandatory message tells without."""
    returned: list[object] = []
    channel = client.confirming_channel()
    channel.events["basic_return"].add(lambda *message: returned.append(message))
    channel.basic_publish_confirm(amqp.Message(""), "", queue, mandatory=True)
    channel.close()
    return not returned
