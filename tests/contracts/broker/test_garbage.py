"""What is not AMQP, or not yet, or no longer: it ends its own connection at most, and disturbs nobody else's."""

import contextlib
import random
import socket
import struct
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from pamqp import base, commands, frame

from tests.contracts.broker.client import Client

GREETING = b"AMQP\x00\x00\x09\x01"
OTHER_VERSION = b"AMQP\x00\x01\x00\x00"
SEED = 20241013
Dial = Callable[..., "Peer"]


class Peer:
    """A socket that says what it is told to."""

    def __init__(self, uri: str) -> None:
        address = urlsplit(uri)
        self.socket = socket.create_connection((address.hostname or "", address.port or 0), timeout=20)

    def say(self, data: bytes) -> None:
        # It may be hung up on before it has said all: what follows asks for the ending.
        with contextlib.suppress(ConnectionError):
            self.socket.sendall(data)

    def send(self, method: base.Frame, channel: int = 0) -> None:
        self.say(frame.marshal(method, channel))

    def read_method(self) -> base.Frame:
        head = self._read(7)
        _, _, size = struct.unpack(">BHI", head)
        method = frame.unmarshal(head + self._read(size + 1))[2]
        assert isinstance(method, base.Frame)
        return method

    def open(self) -> None:
        self.say(GREETING)
        self.read_method()
        self.send(commands.Connection.StartOk({}, "PLAIN", "\0guest\0guest", "en_US"))
        self.read_method()
        self.send(commands.Connection.TuneOk(2047, 131072, 0))
        self.send(commands.Connection.Open("/"))
        self.read_method()
        self.send(commands.Channel.Open(), 1)
        self.read_method()

    def read_closing(self) -> commands.Connection.Close | None:
        """None when the broker just hung up."""
        try:
            closing = self.read_method()
        except ConnectionError:
            return None
        assert isinstance(closing, commands.Connection.Close)
        self.send(commands.Connection.CloseOk())
        self.said_until_the_end()
        return closing

    def said_until_the_end(self) -> bytes:
        """All that comes until the broker hangs up."""
        said = b""
        # A reset is an ending too.
        with contextlib.suppress(ConnectionError):
            while part := self.socket.recv(65536):
                said += part
        return said

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            if not part:
                raise ConnectionError("hung up")
            data += part
        return data


@pytest.fixture
def dial(broker_uri: str) -> Iterator[Dial]:
    peers: list[Peer] = []

    def dial(*, opened: bool = False) -> Peer:
        peers.append(Peer(broker_uri))
        if opened:
            peers[-1].open()
        return peers[-1]

    yield dial
    for peer in peers:
        peer.socket.close()


@pytest.fixture(autouse=True)
def bystander(client: Client) -> Iterator[None]:
    """Somebody else, who must not notice."""
    queue = client.queue()
    client.publish(queue, "before")
    yield
    client.publish(queue, "after")
    assert client.bodies(queue) == ["before", "after"]


@pytest.mark.parametrize("greeting", [OTHER_VERSION, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\0" * 64, b"AMQPAMQP"])
def test_another_protocol_is_told_which_is_spoken_here(dial: Dial, greeting: bytes) -> None:
    peer = dial()
    peer.say(greeting)

    # RabbitMQ 4 speaks AMQP 1.0 by preference.
    assert peer.said_until_the_end() in (GREETING, b"AMQP\x03\x01\x00\x00", b"")


@pytest.mark.parametrize(
    "spoilt",
    [
        struct.pack(">BHI", 1, 1, 2**31) + b"x" * 64,
        struct.pack(">BHI", 1, 1, 131073) + b"x" * 64,
        struct.pack(">BHI", 1, 1, 4) + b"\x00\x0a\x00\x0a" + b"\x00",
        struct.pack(">BHI", 7, 1, 4) + b"\x00\x0a\x00\x0a" + b"\xce",
        struct.pack(">BHI", 1, 1, 4) + b"\xff\xff\xff\xff" + b"\xce",
        struct.pack(">BHI", 1, 1, 6) + b"\x00\x32\x00\x0a\xff\xff" + b"\xce",
        struct.pack(">BHI", 3, 1, 4) + b"body" + b"\xce",
        struct.pack(">BHI", 2, 1, 4) + b"head" + b"\xce",
        frame.marshal(commands.Basic.Qos(), 9),
        frame.marshal(commands.Connection.Open("/"), 0),
    ],
    ids=[
        "a frame of 2 GB",
        "a frame larger than agreed",
        "no frame end",
        "an unknown frame type",
        "an unknown method",
        "a method cut short",
        "a body out of nowhere",
        "a header out of nowhere",
        "a channel that is not open",
        "a second opening",
    ],
)
def test_a_spoilt_frame_ends_its_connection(dial: Dial, spoilt: bytes) -> None:
    peer = dial(opened=True)
    peer.say(spoilt)

    closing = peer.read_closing()

    # RabbitMQ hangs up on a method that it doesn't know, and says why of all the others.
    assert closing is None or closing.reply_code in (501, 502, 503, 504, 505, 541)


def test_who_stops_in_the_middle_of_a_frame_leaves_nothing_behind(dial: Dial, client: Client) -> None:
    queue = client.queue()
    whole = frame.marshal(commands.Basic.Publish(exchange="", routing_key=queue), 1)
    for cut in range(1, len(whole), 3):
        peer = dial(opened=True)
        peer.say(whole[:cut])
        peer.socket.close()

    assert client.count(queue) == 0


def test_a_message_without_its_body_is_not_published(dial: Dial, client: Client) -> None:
    queue = client.queue()
    peer = dial(opened=True)
    peer.send(commands.Basic.Publish(exchange="", routing_key=queue), 1)
    peer.say(struct.pack(">BHIHHQH", 2, 1, 14, 60, 0, 1000, 0) + b"\xce")
    peer.say(struct.pack(">BHI", 3, 1, 3) + b"abc" + b"\xce")
    peer.socket.close()

    assert client.count(queue) == 0


def test_frames_may_come_in_single_bytes(dial: Dial, client: Client) -> None:
    queue = client.queue()
    peer = dial(opened=True)
    said = frame.marshal(commands.Confirm.Select(), 1)
    said += frame.marshal(commands.Basic.Publish(exchange="", routing_key=queue), 1)
    said += struct.pack(">BHIHHQH", 2, 1, 14, 60, 0, 3, 0) + b"\xce"
    said += struct.pack(">BHI", 3, 1, 3) + b"abc" + b"\xce"
    for number in range(len(said)):
        peer.say(said[number : number + 1])

    assert isinstance(peer.read_method(), commands.Confirm.SelectOk)
    assert isinstance(peer.read_method(), commands.Basic.Ack)
    assert client.bodies(queue) == [b"abc"]


def test_a_wrong_password_is_refused(dial: Dial) -> None:
    peer = dial()
    peer.say(GREETING)
    peer.read_method()
    capable: dict[str, Any] = {"capabilities": {"authentication_failure_close": True}}
    peer.send(commands.Connection.StartOk(capable, "PLAIN", "\0guest\0guess", "en_US"))

    refusal = peer.read_method()

    assert isinstance(refusal, commands.Connection.Close)
    assert (refusal.reply_code, refusal.reply_text.startswith("ACCESS_REFUSED - Login was refused")) == (403, True)


@pytest.mark.parametrize("opened", [False, True])
def test_noise_disturbs_nobody(dial: Dial, opened: bool) -> None:
    noise = random.Random(SEED)
    for _ in range(40):
        peer = dial(opened=opened)
        peer.say(noise.randbytes(noise.randrange(1, 4000)))
        peer.socket.close()


def test_changed_bytes_of_good_frames_disturb_nobody(dial: Dial, client: Client) -> None:
    """Frames that were right but for one byte reach further in than noise does."""
    noise = random.Random(SEED)
    name = client.queue()
    good = [
        frame.marshal(commands.Queue.Declare(queue="", exclusive=True, arguments={"x-expires": 1000, "a": [1, {}]}), 1),
        frame.marshal(commands.Queue.Bind(queue=name, exchange="amq.topic", routing_key="#", arguments={"b": "c"}), 1),
        frame.marshal(commands.Basic.Consume(queue=name, arguments={"x-priority": 1}), 1),
        frame.marshal(commands.Basic.Publish(exchange="", routing_key=name), 1),
        struct.pack(">BHIHHQH", 2, 1, 14, 60, 0, 3, 0) + b"\xce" + struct.pack(">BHI", 3, 1, 3) + b"abc" + b"\xce",
        frame.marshal(commands.Basic.Ack(1, True), 1),
    ]
    for _ in range(60):
        spoilt = bytearray(b"".join(good))
        spoilt[noise.randrange(len(spoilt))] = noise.randrange(256)
        peer = dial(opened=True)
        peer.say(bytes(spoilt))
        peer.socket.close()
