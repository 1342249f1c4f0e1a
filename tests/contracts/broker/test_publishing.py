"""Confirms, returns and refusals: what a publisher may rely on."""

from typing import Any

import amqp
import pytest
from amqp import spec

from tests.contracts.broker.client import Client, drain


def test_what_was_confirmed_is_in_the_queue(client: Client) -> None:
    queue = client.queue()

    client.publish(queue, "first", "second")

    assert client.bodies(queue) == ["first", "second"]


def test_many_messages_are_confirmed_each_once(client: Client, name: str) -> None:
    queue = client.queue(name, durable=True, exclusive=False)
    confirmed: list[int] = []

    def on_ack(tag: int, multiple: bool) -> None:
        # Either broker may confirm several at once.
        start = max(confirmed, default=0) + 1 if multiple else tag
        confirmed.extend(range(start, tag + 1))

    channel = client.connection.channel()
    channel.confirm_select()
    channel.events["basic_ack"].add(on_ack)
    for number in range(500):
        channel._basic_publish(amqp.Message(str(number), delivery_mode=2), "", queue)
    drain(client.connection, lambda: len(confirmed) >= 500, "500 confirms")

    assert sorted(confirmed) == list(range(1, 501))
    assert client.bodies(queue) == [str(number) for number in range(500)]
    client.channel.queue_delete(queue)


def test_a_message_that_nobody_takes_is_confirmed_all_the_same(client: Client) -> None:
    client.send("amq.direct", "nobody-listens")


def test_a_mandatory_message_that_nobody_takes_comes_back_before_its_confirm(client: Client) -> None:
    seen: list[Any] = []
    client.channel.events["basic_return"].add(lambda *returned: seen.append(returned))
    client.channel.events["basic_ack"].add(lambda tag, _: seen.append(tag))

    message = amqp.Message("lost?", message_id="m1")
    client.channel.basic_publish_confirm(message, "amq.direct", "nobody-listens", mandatory=True)

    (error, exchange, routing_key, returned), tag = seen
    assert (error.reply_code, error.reply_text, exchange, routing_key) == (
        312,
        "NO_ROUTE",
        "amq.direct",
        "nobody-listens",
    )
    assert (returned.body, returned.properties["message_id"], tag) == ("lost?", "m1", 1)


def test_a_mandatory_message_that_somebody_takes_does_not_come_back(client: Client) -> None:
    queue, returned = client.queue(), []
    client.channel.events["basic_return"].add(lambda *message: returned.append(message))

    client.channel.basic_publish_confirm(amqp.Message("taken"), "", queue, mandatory=True)

    assert (returned, client.bodies(queue)) == ([], ["taken"])


def test_an_unknown_exchange_ends_the_channel(client: Client) -> None:
    with pytest.raises(amqp.NotFound, match="no exchange 'nowhere' in vhost '/'"):
        client.send("nowhere", "key")


def test_the_user_id_must_be_the_senders(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "honest", user_id="guest")
    with pytest.raises(amqp.PreconditionFailed, match="user_id property set to 'identity' but"):
        client.publish(queue, "forged", user_id="identity")

    assert client.bodies(queue) == ["honest"]


def test_an_internal_exchange_takes_nothing_from_outside(client: Client, name: str) -> None:
    internal_and_auto_delete: tuple[Any, ...] = (0, name, "direct", False, False, True, True, False, {})
    client.channel.send_method(
        spec.Exchange.Declare, "BssbbbbbF", internal_and_auto_delete, wait=spec.Exchange.DeclareOk
    )

    with pytest.raises(amqp.AccessRefused, match="internal exchange"):
        client.send(name, "key")


def test_a_large_body_arrives_whole(client: Client) -> None:
    queue = client.queue()
    body = bytes(range(256)) * 4096

    client.publish(queue, body, content_encoding="binary")

    assert client.take(queue).body == body


def test_a_body_of_exactly_one_frame_and_an_empty_one_arrive(client: Client) -> None:
    queue = client.queue()
    largest = client.connection.frame_max - 8

    client.publish(queue, "", "x" * largest, "y" * (largest + 1))

    assert [len(body) for body in client.bodies(queue)] == [0, largest, largest + 1]


def test_properties_and_headers_arrive_as_they_were_sent(client: Client) -> None:
    queue = client.queue()
    headers = {"text": "é", "number": 2**40, "true": True, "none": None, "list": [-1, "a"], "table": {"a": 1.5}}
    sent = {
        "application_headers": headers,
        "content_type": "application/json",
        "content_encoding": "utf-8",
        "correlation_id": "c1",
        "delivery_mode": 1,
        "message_id": "m1",
        "priority": 3,
        "reply_to": "r1",
        "type": "t1",
        "app_id": "a1",
    }

    client.publish(queue, "body", **sent)

    assert client.take(queue).properties == sent


def test_an_unreadable_expiration_is_refused(client: Client) -> None:
    queue = client.queue()
    with pytest.raises(amqp.PreconditionFailed, match="invalid expiration"):
        client.publish(queue, "soon", expiration="soon")
