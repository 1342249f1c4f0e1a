"""How much a consumer is given before it acknowledges, and whose turn it is."""

from tests.contracts.broker.client import Client, Deliveries, drain


def come_to(count: int, *consumers: Deliveries) -> list[str]:
    """All that came, once there is so much and whatever else could come: a limit for many takes the queue a while."""
    drain(consumers[0].channel.connection, lambda: sum(len(each.messages) for each in consumers) >= count, "deliveries")
    return sorted(body for each in consumers for body in each.settled())


def test_prefetch_bounds_what_each_consumer_holds(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, *map(str, range(6)))
    channel = client.connection.channel()
    channel.basic_qos(0, 2, False)
    first, second = Deliveries(channel, queue), Deliveries(channel, queue)

    assert come_to(4, first, second) == ["0", "1", "2", "3"]
    assert len(first.bodies) == len(second.bodies) == 2

    first.ack(first.messages[0])
    first.wait_for(3)
    assert come_to(5, first, second) == ["0", "1", "2", "3", "4"]


def test_prefetch_for_the_channel_bounds_what_all_its_consumers_hold(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, *map(str, range(6)))
    channel = client.connection.channel()
    channel.basic_qos(0, 3, True)
    first, second = Deliveries(channel, queue), Deliveries(channel, queue)

    assert come_to(3, first, second) == ["0", "1", "2"]

    channel.basic_ack(0, multiple=True)
    assert come_to(6, first, second) == ["0", "1", "2", "3", "4", "5"]


def test_prefetch_does_not_bound_who_never_acknowledges(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, *map(str, range(6)))
    channel = client.connection.channel()
    channel.basic_qos(0, 1, False)

    assert len(Deliveries(channel, queue, no_ack=True).wait_for(6)) == 6


def test_a_later_prefetch_is_for_later_consumers(client: Client) -> None:
    queue = client.queue()
    client.publish(queue, *map(str, range(5)))
    channel = client.connection.channel()
    channel.basic_qos(0, 1, False)
    first = Deliveries(channel, queue)
    channel.basic_qos(0, 3, False)
    second = Deliveries(channel, queue)

    come_to(4, first, second)
    assert (len(first.bodies), len(second.bodies)) == (1, 3)


def test_consumers_take_turns(client: Client) -> None:
    queue = client.queue()
    consumers = [Deliveries(client.connection.channel(), queue, no_ack=True) for _ in range(3)]
    client.publish(queue, *map(str, range(9)))
    drain(client.connection, lambda: sum(len(each.bodies) for each in consumers) == 9, "9 deliveries")

    assert [len(each.bodies) for each in consumers] == [3, 3, 3]
