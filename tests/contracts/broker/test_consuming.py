"""Deliveries: in which order, to whom, how many at once, and what comes back."""

import amqp
import pytest

from tests.contracts.broker.client import Client, Deliveries, drain, wait_for
from tests.contracts.broker.conftest import Connect


def test_a_consumer_gets_what_was_there_and_what_comes(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "before")
    deliveries = Deliveries(client.channel, queue, consumer_tag="mine")
    client.publish(queue, "after")

    first, second = deliveries.wait_for(2)

    assert (first.body, second.body) == ("before", "after")
    assert first.delivery_info == {
        "consumer_tag": "mine",
        "delivery_tag": 1,
        "redelivered": False,
        "exchange": "",
        "routing_key": queue,
    }


def test_what_was_acknowledged_does_not_come_again(client: Client, connect: Connect, name: str) -> None:
    client.queue(name, exclusive=False)
    client.publish(name, "done", "not done")
    worker = connect()
    first, _ = Deliveries(worker.channel, name).wait_for(2)
    worker.channel.basic_ack(first.delivery_tag)
    worker.close()

    assert client.wait_for_message(name).body == "not done"
    assert client.bodies(name) == []
    client.channel.queue_delete(name)


@pytest.mark.parametrize("ending", ["channel", "connection", "socket"])
def test_what_was_not_acknowledged_comes_again_marked(client: Client, connect: Connect, name: str, ending: str) -> None:
    client.queue(name, exclusive=False)
    client.publish(name, "one", "two", "three")
    worker = connect()
    Deliveries(worker.channel, name).wait_for(3)
    match ending:
        case "channel":
            worker.channel.close()
        case "connection":
            worker.close()
        case _:
            worker.connection.transport.close()

    again = Deliveries(client.channel, name).wait_for(3)

    assert [(message.body, message.delivery_info["redelivered"]) for message in again] == [
        ("one", True),
        ("two", True),
        ("three", True),
    ]
    client.channel.queue_delete(name)


def test_what_is_refused_with_requeue_goes_back_to_its_place(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "one", "two", "three", "four")
    one, two = client.channel.basic_get(queue), client.channel.basic_get(queue)
    three = client.channel.basic_get(queue)

    client.channel.basic_reject(three.delivery_tag, requeue=True)
    client.channel.basic_reject(one.delivery_tag, requeue=True)
    nack(client.channel, two.delivery_tag, requeue=True)

    assert client.bodies(queue) == ["one", "two", "three", "four"]


def test_several_are_refused_at_once(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "one", "two", "three")
    messages = [client.channel.basic_get(queue) for _ in range(3)]

    nack(client.channel, messages[1].delivery_tag, multiple=True, requeue=True)

    assert client.bodies(queue) == ["one", "two"]


def test_what_is_refused_without_requeue_is_gone(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "unwanted")
    message = client.channel.basic_get(queue)

    client.channel.basic_reject(message.delivery_tag, requeue=False)

    assert client.bodies(queue) == []


def test_recover_brings_back_what_the_channel_holds(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "one", "two")
    client.channel.basic_get(queue), client.channel.basic_get(queue)

    client.channel.basic_recover(requeue=True)

    again = client.channel.basic_get(queue)
    assert (again.body, again.delivery_info["redelivered"]) == ("one", True)


def test_one_acknowledgement_may_stand_for_all_before_it(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "one", "two", "three")
    channel = client.connection.channel()
    deliveries = Deliveries(channel, queue)
    _, two, _ = deliveries.wait_for(3)

    deliveries.ack(two, multiple=True)
    channel.close()

    assert client.wait_for_message(queue).body == "three"
    assert client.bodies(queue) == []


def test_an_acknowledgement_of_zero_stands_for_all(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "one", "two", "three")
    channel = client.connection.channel()
    Deliveries(channel, queue).wait_for(3)

    channel.basic_ack(0, multiple=True)
    channel.close()

    assert client.bodies(queue) == []


@pytest.mark.parametrize("twice", [False, True])
def test_an_unknown_delivery_tag_ends_the_channel(client: Client, twice: bool) -> None:
    queue = client.queue()
    channel = client.connection.channel()
    if twice:
        client.publish(queue, "once")
        channel.basic_get(queue)
        channel.basic_ack(1)
    channel.basic_ack(1)

    with pytest.raises(amqp.PreconditionFailed, match="unknown delivery tag 1"):
        channel.queue_declare(queue, passive=True)


def test_a_cancelled_consumer_gets_nothing_more_and_keeps_what_it_has(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "held")
    channel = client.connection.channel()
    deliveries = Deliveries(channel, queue)
    (held,) = deliveries.wait_for(1)
    channel.basic_cancel(deliveries.tag)
    client.publish(queue, "later")

    assert deliveries.settled() == ["held"]
    deliveries.ack(held)
    assert client.bodies(queue) == ["later"]


def test_consumers_are_told_when_their_queue_is_deleted(client: Client, connect: Connect, name: str) -> None:
    client.queue(name, exclusive=False)
    deliveries = Deliveries(client.channel, name)

    connect().channel.queue_delete(name)
    drain(client.connection, lambda: bool(deliveries.cancelled), "the cancellation")

    assert deliveries.cancelled == [deliveries.tag]


def test_what_was_delivered_from_a_deleted_queue_may_still_be_acknowledged(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "orphan", "other orphan")
    first, second = client.channel.basic_get(queue), client.channel.basic_get(queue)
    client.channel.queue_delete(queue)

    client.channel.basic_ack(first.delivery_tag)
    client.channel.basic_reject(second.delivery_tag, requeue=True)

    assert not client.exists(queue)


def test_a_consumer_may_keep_a_queue_for_itself(client: Client, connect: Connect, name: str) -> None:
    client.queue(name, exclusive=False, auto_delete=True)
    Deliveries(client.channel, name, exclusive=True)

    with pytest.raises(amqp.AccessRefused, match="in exclusive use"):
        connect().channel.basic_consume(name)


def test_a_queue_in_use_is_not_given_to_one_consumer_alone(client: Client, connect: Connect, name: str) -> None:
    client.queue(name, exclusive=False, auto_delete=True)
    Deliveries(client.channel, name)

    with pytest.raises(amqp.AccessRefused, match="in exclusive use"):
        connect().channel.basic_consume(name, exclusive=True)


def test_a_consumer_tag_used_twice_ends_the_connection(connect: Connect) -> None:
    client = connect()
    queue = client.queue()
    client.channel.basic_consume(queue, consumer_tag="mine")

    with pytest.raises(amqp.NotAllowed, match="attempt to reuse consumer tag 'mine'"):
        client.channel.basic_consume(queue, consumer_tag="mine")


def test_get_takes_one_and_tells_how_many_are_left(client: Client) -> None:
    queue = client.queue()
    assert client.channel.basic_get(queue) is None
    client.publish(queue, "one", "two", "three")

    message = client.channel.basic_get(queue)

    assert (message.body, message.delivery_info["message_count"]) == ("one", 2)


def test_consuming_from_nowhere_ends_the_channel(client: Client, name: str) -> None:
    with pytest.raises(amqp.NotFound, match="no queue"):
        client.connection.channel().basic_consume(name)
    with pytest.raises(amqp.NotFound, match="no queue"):
        client.connection.channel().basic_get(name)


def test_after_its_channel_ended_a_client_opens_another(client: Client, name: str) -> None:
    queue = client.queue()
    with pytest.raises(amqp.NotFound):
        client.channel.queue_declare(name, passive=True)

    channel = client.connection.channel()
    channel.basic_publish(amqp.Message("still here"), "", queue)

    wait_for(lambda: client.count(queue) == 1, "the message")


def nack(channel: amqp.Channel, tag: int, *, multiple: bool = False, requeue: bool) -> None:
    """RabbitMQ's extension, which py-amqp can read but has no method to send."""
    channel.send_method(amqp.spec.Basic.Nack, "Lbb", (tag, multiple, requeue))
