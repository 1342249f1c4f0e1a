"""Time to live, dead letters and full queues."""

from datetime import UTC, datetime, timedelta
from typing import Any

import amqp
import pytest

from tests.contracts.broker.client import Client, Deliveries, wait_for
from tests.contracts.broker.test_consuming import nack

LETTERS = "amq.direct"


@pytest.fixture
def letters(client: Client) -> str:
    """The queue where dead messages come."""
    return client.queue()


def dying(client: Client, letters: str, **arguments: Any) -> str:
    """A queue whose dead messages come to `letters`."""
    dead = {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": letters}
    return client.queue(arguments=dead | {name.replace("_", "-"): value for name, value in arguments.items()})


def test_a_message_expires_after_its_own_time(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, "brief", expiration="100")
    client.publish(queue, "lasting")
    assert client.count(queue) == 2

    wait_for(lambda: client.count(queue) == 1, "the brief one to expire")

    assert client.bodies(queue) == ["lasting"]


def test_messages_expire_after_their_queues_time(client: Client) -> None:
    queue = client.queue(arguments={"x-message-ttl": 100})
    client.publish(queue, "one", "two")

    wait_for(lambda: client.count(queue) == 0, "both to expire")


def test_the_shorter_time_counts(client: Client, letters: str) -> None:
    queue = dying(client, letters, x_message_ttl=100)
    other = dying(client, letters, x_message_ttl=600000)
    client.publish(queue, "long", expiration="600000")
    client.publish(other, "short", expiration="100")

    died = {client.wait_for_message(letters).body, client.wait_for_message(letters).body}

    assert died == {"long", "short"}


def test_only_the_head_of_a_queue_is_looked_at(client: Client, letters: str) -> None:
    queue = dying(client, letters)
    client.publish(queue, "lasting", expiration="600000")
    client.publish(queue, "brief", expiration="50")
    client.publish(dying(client, letters), "clock", expiration="150")

    assert client.wait_for_message(letters).body == "clock"
    assert client.count(queue) == 2
    assert client.take(queue).body == "lasting"
    assert client.wait_for_message(letters).body == "brief"


def test_no_time_at_all_is_enough_for_who_waits(client: Client, letters: str) -> None:
    queue = dying(client, letters)
    client.publish(queue, "nobody waits", expiration="0")
    assert client.wait_for_message(letters).body == "nobody waits"

    deliveries = Deliveries(client.channel, queue)
    client.publish(queue, "somebody waits", expiration="0")

    assert deliveries.wait_for(1)[0].body == "somebody waits"


def test_what_is_held_does_not_expire_until_it_comes_back(client: Client, letters: str) -> None:
    queue = dying(client, letters, x_message_ttl=100)
    client.publish(queue, "held")
    held = client.channel.basic_get(queue)
    client.publish(dying(client, letters, x_message_ttl=200), "clock")
    assert client.wait_for_message(letters).body == "clock"

    client.channel.basic_reject(held.delivery_tag, requeue=True)

    assert client.wait_for_message(letters).body == "held"


def test_a_dead_message_tells_how_it_died(client: Client, letters: str) -> None:
    queue = dying(client, letters)
    client.channel.queue_bind(queue, LETTERS, queue)
    before = datetime.now(UTC) - timedelta(seconds=2)
    client.send(LETTERS, queue, "brief", expiration="50", message_id="m1", application_headers={"mine": "kept"})

    letter = client.wait_for_message(letters)

    headers = letter.properties["application_headers"]
    (death,) = headers["x-death"]
    assert before < death.pop("time").replace(tzinfo=UTC) < datetime.now(UTC) + timedelta(seconds=2)
    assert death == {
        "count": 1,
        "reason": "expired",
        "queue": queue,
        "exchange": LETTERS,
        "routing-keys": [queue],
        "original-expiration": "50",
    }
    first = {name: value for name, value in headers.items() if name.startswith("x-first")}
    assert first == {
        "x-first-death-reason": "expired",
        "x-first-death-queue": queue,
        "x-first-death-exchange": LETTERS,
    }
    assert headers["mine"] == "kept"
    # Otherwise it would expire again where it went.
    assert "expiration" not in letter.properties
    assert letter.properties["message_id"] == "m1"
    assert (letter.delivery_info["exchange"], letter.delivery_info["routing_key"]) == ("", letters)


@pytest.mark.parametrize("how", ["reject", "nack"])
def test_what_is_rejected_goes_to_the_dead_letters(client: Client, letters: str, how: str) -> None:
    queue = dying(client, letters)
    client.publish(queue, "unwanted")
    message = client.channel.basic_get(queue)

    if how == "reject":
        client.channel.basic_reject(message.delivery_tag, requeue=False)
    else:
        nack(client.channel, message.delivery_tag, requeue=False)

    (death,) = client.wait_for_message(letters).properties["application_headers"]["x-death"]
    assert (death["reason"], death["count"]) == ("rejected", 1)


def test_without_another_key_a_dead_message_keeps_its_own(client: Client, letters: str) -> None:
    queue = client.queue(arguments={"x-dead-letter-exchange": LETTERS, "x-message-ttl": 10})
    client.channel.queue_bind(queue, "amq.topic", f"{queue}.key")
    client.channel.queue_bind(letters, LETTERS, f"{queue}.key")

    client.send("amq.topic", f"{queue}.key", "keeps its key")

    letter = client.wait_for_message(letters)
    assert (letter.delivery_info["exchange"], letter.delivery_info["routing_key"]) == (LETTERS, f"{queue}.key")


def test_dying_again_the_same_way_is_counted(client: Client, letters: str) -> None:
    """A queue of work and a queue of waiting that send to each other: the classical retry."""
    waiting = client.queue(arguments={"x-dead-letter-exchange": LETTERS, "x-message-ttl": 20})
    work = client.queue(arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": waiting})
    client.channel.queue_bind(work, LETTERS, waiting)
    client.publish(work, "hard")

    for _ in range(3):
        wait_for(lambda: client.count(work) == 1, "the message to come back")
        message = client.channel.basic_get(work)
        client.channel.basic_reject(message.delivery_tag, requeue=False)
    wait_for(lambda: client.count(work) == 1, "the message to come back")

    deaths = client.take(work).properties["application_headers"]["x-death"]
    assert [(death["queue"], death["reason"], death["count"]) for death in deaths] == [
        (waiting, "expired", 3),
        (work, "rejected", 3),
    ]


def test_a_circle_without_a_rejection_is_broken(client: Client, name: str, letters: str) -> None:
    client.queue(
        name,
        arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": name, "x-message-ttl": 20},
    )
    client.publish(name, "dizzy")
    client.publish(dying(client, letters, x_message_ttl=100), "clock")

    assert client.wait_for_message(letters).body == "clock"
    assert client.count(name) == 0


def test_a_missing_dead_letter_exchange_loses_the_message_only(client: Client, name: str) -> None:
    queue = client.queue(arguments={"x-dead-letter-exchange": name, "x-message-ttl": 10})

    client.publish(queue, "lost")

    wait_for(lambda: client.count(queue) == 0, "it to expire")


def test_a_full_queue_drops_its_oldest(client: Client, letters: str) -> None:
    queue = dying(client, letters, x_max_length=2)

    client.publish(queue, "one", "two", "three")

    letter = client.wait_for_message(letters)
    assert (letter.body, letter.properties["application_headers"]["x-death"][0]["reason"]) == ("one", "maxlen")
    assert client.bodies(queue) == ["two", "three"]


def test_a_full_queue_may_refuse_instead(client: Client) -> None:
    queue = client.queue(arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    client.publish(queue, "one")
    refused: list[int] = []
    client.channel.events["basic_nack"].add(lambda tag, multiple: refused.append(tag))

    with pytest.raises(amqp.exceptions.MessageNacked):
        client.publish(queue, "two")

    assert (refused, client.bodies(queue)) == ([2], ["one"])
    client.publish(queue, "three")
    assert client.bodies(queue) == ["three"]


def test_what_one_full_queue_refuses_reaches_the_others(client: Client, name: str) -> None:
    """Its publisher is told that it was refused, and sends it again to all."""
    full, roomy = client.queue(arguments={"x-max-length": 0, "x-overflow": "reject-publish"}), client.queue()
    for queue in (full, roomy):
        client.channel.queue_bind(queue, "amq.topic", name)

    with pytest.raises(amqp.exceptions.MessageNacked):
        client.send("amq.topic", name, "once")

    assert client.bodies(roomy) == ["once"]


def test_a_full_quorum_queue_refuses_until_there_is_room(client: Client, name: str) -> None:
    arguments = {"x-queue-type": "quorum", "x-max-length": 10, "x-overflow": "reject-publish"}
    client.queue(name, durable=True, exclusive=False, arguments=arguments)
    taken: list[str] = []

    def is_refused() -> bool:
        # It tells its publishers that it is full, and takes a few more until they know.
        try:
            client.publish(name, str(len(taken)))
        except amqp.exceptions.MessageNacked:
            return True
        taken.append(str(len(taken)))
        return False

    wait_for(is_refused, "the queue to be full")
    assert len(taken) >= 10
    assert client.bodies(name) == taken
    wait_for(lambda: not is_refused(), "the queue to have room")
    client.channel.queue_delete(name)


def test_a_purged_message_is_not_a_dead_one(client: Client, letters: str) -> None:
    queue = dying(client, letters)
    client.publish(queue, "purged")
    client.channel.queue_purge(queue)
    client.channel.queue_delete(queue)
    client.publish(dying(client, letters), "clock", expiration="50")

    assert client.wait_for_message(letters).body == "clock"


def test_a_quorum_queue_buries_what_fails_too_often(client: Client, name: str, letters: str) -> None:
    arguments = {
        "x-queue-type": "quorum",
        "x-delivery-limit": 2,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": letters,
    }
    client.queue(name, durable=True, exclusive=False, arguments=arguments)
    client.publish(name, "poison")
    deliveries = Deliveries(client.channel, name)
    counts = []
    for times in (1, 2, 3):
        message = deliveries.wait_for(times)[-1]
        counts.append(message.properties.get("application_headers", {}).get("x-delivery-count", 0))
        client.channel.basic_reject(message.delivery_tag, requeue=True)

    (death,) = client.wait_for_message(letters).properties["application_headers"]["x-death"]
    assert (counts, death["reason"], death["queue"]) == ([0, 1, 2], "delivery_limit", name)
    client.channel.queue_delete(name)
