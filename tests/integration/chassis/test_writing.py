"""A connection of which the network takes only a part."""

import socket
from contextlib import nullcontext

import pytest

from chassis.bus.connection import LOST, Outgoing


class Pipe:
    """A transport as py-amqp has it, on a socket that nobody reads."""

    def __init__(self):
        self.sock, self.far = socket.socketpair()
        self.sock.settimeout(0.1)

    def write(self, frame):
        self.sock.sendall(frame)


@pytest.fixture
def pipe():
    pipe = Pipe()
    yield pipe
    pipe.sock.close()
    pipe.far.close()


@pytest.mark.parametrize("gathered", [False, True])
def test_after_a_frame_that_left_in_part_nothing_more_is_written(pipe, gathered):
    outgoing, frame = Outgoing(pipe), b"x" * (8 << 20)

    with pytest.raises(LOST), outgoing if gathered else nullcontext():
        outgoing.write(frame)

    # The network takes something again.
    assert 0 < len(pipe.far.recv(1 << 20)) < len(frame)
    with pytest.raises(LOST):
        outgoing.write(b"what the broker would take for the rest of the frame before")
