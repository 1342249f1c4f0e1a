"""Which queues an exchange gives a message to."""

import pytest

from tests.contracts.broker.client import Arguments, Client


@pytest.mark.parametrize(
    ("pattern", "taken", "left"),
    [
        ("role.granted", ["role.granted"], ["role.refused", "role", "role.granted.x", ""]),
        ("role.*", ["role.granted", "role.refused", "role."], ["role", "role.granted.x", "x.role.granted", ""]),
        ("*.granted", ["role.granted", ".granted"], ["granted", "a.role.granted"]),
        ("role.#", ["role", "role.granted", "role.granted.x"], ["", "roles.granted", "x.role"]),
        ("#.granted", ["granted", "role.granted", "a.b.granted"], ["granted.x", ""]),
        ("a.#.z", ["a.z", "a.b.z", "a.b.c.z"], ["a", "z", "a.b", "a.z.b"]),
        ("*.#", ["a", "a.b", "a.b.c"], [""]),
        ("#.*", ["a", "a.b"], [""]),
        ("#", ["", "a", "a.b.c"], []),
        ("*", ["a"], ["", "a.b"]),
        ("", [""], ["a"]),
        ("a.*.#.z", ["a.b.z", "a.b.c.z"], ["a.z", "a.b"]),
    ],
)
def test_topic_patterns(client: Client, pattern: str, taken: list[str], left: list[str]) -> None:
    queue = client.queue()
    client.channel.queue_bind(queue, "amq.topic", pattern)

    for key in taken + left:
        client.send("amq.topic", key, f"<{key}>")

    assert client.bodies(queue) == [f"<{key}>" for key in taken]


def test_a_direct_exchange_takes_the_key_literally(client: Client) -> None:
    queue = client.queue()
    client.channel.queue_bind(queue, "amq.direct", "a.*")

    client.send("amq.direct", "a.b", "other")
    client.send("amq.direct", "a.*", "same")

    assert client.bodies(queue) == ["same"]


def test_a_fanout_exchange_gives_to_every_queue(client: Client, name: str) -> None:
    client.channel.exchange_declare(name, "fanout", auto_delete=True)
    queues = [client.queue() for _ in range(3)]
    for queue in queues:
        client.channel.queue_bind(queue, name, "whatever")

    client.send(name, "anything", "news")

    assert [client.bodies(queue) for queue in queues] == [["news"]] * 3


@pytest.mark.parametrize(
    ("wanted", "taken", "left"),
    [
        ({"x-match": "all", "kind": "a", "size": 1}, [{"kind": "a", "size": 1, "more": "x"}], [{"kind": "a"}, {}]),
        ({"x-match": "any", "kind": "a", "size": 1}, [{"kind": "a"}, {"size": 1}], [{"kind": "b"}, {}]),
        ({"kind": "a"}, [{"kind": "a"}], [{"kind": "b"}]),
    ],
)
def test_a_headers_exchange_looks_at_the_headers(
    client: Client, name: str, wanted: Arguments, taken: list[Arguments], left: list[Arguments]
) -> None:
    queue = client.queue()
    client.channel.exchange_declare(name, "headers", auto_delete=True)
    client.channel.queue_bind(queue, name, "", arguments=wanted)

    for headers in taken + left:
        client.send(name, "", str(headers), application_headers=headers)

    assert client.bodies(queue) == [str(headers) for headers in taken]


def test_the_default_exchange_knows_every_queue_by_name(client: Client) -> None:
    queue = client.queue()

    client.send("", queue, "straight")

    message = client.take(queue)
    assert (message.body, message.delivery_info["exchange"], message.delivery_info["routing_key"]) == (
        "straight",
        "",
        queue,
    )


def test_a_queue_bound_twice_gets_one_message(client: Client) -> None:
    queue = client.queue()
    for pattern in ("a.*", "*.b", "a.b", "a.b"):
        client.channel.queue_bind(queue, "amq.topic", pattern)

    client.send("amq.topic", "a.b", "once")

    assert client.bodies(queue) == ["once"]


def test_an_unbound_queue_gets_nothing_more(client: Client) -> None:
    queue = client.queue()
    client.channel.queue_bind(queue, "amq.topic", "a")
    client.channel.queue_unbind(queue, "amq.topic", "a")
    client.channel.queue_unbind(queue, "amq.topic", "never bound")

    client.send("amq.topic", "a", "late")

    assert client.bodies(queue) == []


def test_bindings_differ_by_their_arguments_too(client: Client, name: str) -> None:
    queue = client.queue()
    client.channel.exchange_declare(name, "headers", auto_delete=True)
    client.channel.queue_bind(queue, name, "", arguments={"kind": "a"})
    client.channel.queue_bind(queue, name, "", arguments={"kind": "b"})
    client.channel.queue_unbind(queue, name, "", arguments={"kind": "a"})

    client.send(name, "", "a", application_headers={"kind": "a"})
    client.send(name, "", "b", application_headers={"kind": "b"})

    assert client.bodies(queue) == ["b"]


def test_an_exchange_bound_to_another_passes_on(client: Client, name: str) -> None:
    queue, inner = client.queue(), f"{name}-inner"
    client.channel.exchange_declare(name, "topic", auto_delete=True)
    client.channel.exchange_declare(inner, "fanout", auto_delete=True)
    client.channel.queue_bind(queue, inner, "")
    client.channel.exchange_bind(inner, name, "role.#")
    # A circle must not turn for ever.
    client.channel.exchange_bind(name, inner, "")

    client.send(name, "role.granted", "in")
    client.send(name, "dossier.opened", "out")

    assert client.bodies(queue) == ["in"]
    client.channel.exchange_unbind(name, inner, "")


def test_what_nobody_takes_goes_to_the_alternate_exchange(client: Client, name: str) -> None:
    queue, alternate = client.queue(), f"{name}-alternate"
    client.channel.exchange_declare(alternate, "fanout", auto_delete=True)
    client.channel.queue_bind(queue, alternate, "")
    client.channel.exchange_declare(name, "direct", auto_delete=False, arguments={"alternate-exchange": alternate})

    client.send(name, "unknown", "caught")

    assert client.bodies(queue) == ["caught"]
    client.channel.exchange_delete(name)
