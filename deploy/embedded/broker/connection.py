"""A client's connection: frames in and out, channels, heartbeats, and its end."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import cast

from pamqp import base, commands, constants
from pamqp.commands import Connection as Methods

from deploy.embedded.broker import declarations, deliveries, opening, wire
from deploy.embedded.broker.channel import Channel, release
from deploy.embedded.broker.errors import AmqpError
from deploy.embedded.broker.vhost import VirtualHost

OPENED_WITHIN, CLOSED_WITHIN = 10.0, 5.0
CONGESTED_ABOVE = 1024 * 1024
ANSWERS = {**declarations.ANSWERS, **deliveries.ANSWERS}

log = logging.getLogger("development broker")


class Connection(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, vhost: VirtualHost, users: Mapping[str, str], connections: "set[Connection]") -> None:
        self.vhost = vhost
        self.connections = connections
        self.terms = opening.Terms()
        self.is_congested = False
        self._opening = opening.Opening(users, self.terms)
        self._received = bytearray()
        self._is_greeted = False
        self._is_closing = False
        self._channels: dict[int, Channel] = {}
        self._last_received = self._last_sent = 0.0
        self._timer: asyncio.TimerHandle | None = None

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=CONGESTED_ABOVE)
        self.connections.add(self)
        self._after(OPENED_WITHIN, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._is_closing = True
        if self._timer is not None:
            self._timer.cancel()
        self.connections.discard(self)
        self._release()

    def pause_writing(self) -> None:
        self.is_congested = True

    def resume_writing(self) -> None:
        self.is_congested = False
        for channel in list(self._channels.values()):
            channel.advance()

    def data_received(self, data: bytes) -> None:
        self._last_received = asyncio.get_running_loop().time()
        self._received += data
        try:
            if self._is_greeted or self._greeted():
                for kind, number, payload in wire.frames(self._received, self.terms.frame_max):
                    self._take(kind, number, payload)
        except AmqpError as error:
            self.fail(error)

    # What arrives

    def _greeted(self) -> bool:
        size = len(wire.GREETING)
        if not wire.GREETING.startswith(self._received[:size]):
            # So a client learns which version is spoken here.
            self.send(wire.GREETING)
            self.transport.close()
        elif len(self._received) >= size:
            del self._received[:size]
            self._is_greeted = True
            self._send(opening.start())
        return self._is_greeted

    def _take(self, kind: int, number: int, payload: bytes) -> None:
        if kind == constants.FRAME_HEARTBEAT:
            return
        if kind not in (constants.FRAME_METHOD, constants.FRAME_HEADER, constants.FRAME_BODY):
            raise AmqpError(501, f"unknown frame type {kind}")
        if number == 0 or self._is_closing or self._opening.expected is not None:
            self._take_own(wire.read_method(payload) if kind == constants.FRAME_METHOD and number == 0 else None)
        elif kind == constants.FRAME_METHOD and payload[:4] in CHANNEL_METHODS:
            self._take_of_channel(number, wire.read_method(payload))
        elif number in self._channels:
            self._channels[number].take(kind, payload)
        else:
            raise AmqpError(504, "expected 'channel.open'")

    def _take_own(self, method: base.Frame | None) -> None:
        if isinstance(method, Methods.Close):
            self._send(Methods.CloseOk())
            self._end()
        elif self._is_closing:
            # Whatever was on its way is of no use any more.
            if isinstance(method, Methods.CloseOk):
                self._end()
        elif reply := self._opening.answer(method):
            self._send(reply)
            if self._opening.expected is None:
                self._after(self.terms.heartbeat / 2 or None, self._beat)

    def _take_of_channel(self, number: int, method: base.Frame) -> None:
        channel = self._channels.get(number)
        if isinstance(method, commands.Channel.Open):
            if channel is not None or number > opening.CHANNEL_MAX:
                raise AmqpError(504, f"channel {number} cannot be opened: it is open, or above channel_max")
            self._channels[number] = Channel(self, number, ANSWERS)
            self._send(commands.Channel.OpenOk(), number)
        elif channel is None:
            raise AmqpError(504, "expected 'channel.open'")
        elif isinstance(method, commands.Channel.Close):
            del self._channels[number]
            release([channel])
            self._send(commands.Channel.CloseOk(), number)
        elif channel.is_closing:
            del self._channels[number]

    # What is sent

    def send(self, frames: bytes) -> None:
        if not self.transport.is_closing():
            self._last_sent = asyncio.get_running_loop().time()
            self.transport.write(frames)

    def _send(self, method: base.Frame, channel: int = 0) -> None:
        self.send(wire.method_frame(channel, method))

    def _beat(self) -> None:
        now, interval = asyncio.get_running_loop().time(), self.terms.heartbeat
        if now - self._last_received > 2 * interval:
            log.warning("a client missed its heartbeats")
            self.transport.abort()
            return
        if now - self._last_sent >= interval / 2:
            self.send(wire.frame(constants.FRAME_HEARTBEAT, 0, b""))
        self._after(interval / 2, self._beat)

    # How it ends

    def fail(self, error: AmqpError, method: base.Frame | None = None) -> None:
        """Tell the client why and end; while it opens, as RabbitMQ, just end, but for a refused login."""
        log.warning("closing a connection: %s", error)
        is_opening = self._opening.expected is not None
        if self._is_closing or (is_opening and not (error.code == 403 and self.terms.hears_refusals)):
            self._end()
            return
        index = method.index if method is not None else 0
        self._send(Methods.Close(error.code, error.text, index >> 16, index & 0xFFFF))
        self._is_closing = True
        self._release()
        self._after(CLOSED_WITHIN, self.transport.abort)

    def _end(self) -> None:
        self._is_closing = True
        self._release()
        self.transport.close()

    def _release(self) -> None:
        channels, self._channels = self._channels, {}
        release(channels.values())
        for queue in [queue for queue in self.vhost.queues.values() if queue.owner is self]:
            self.vhost.delete_queue(queue)

    def _after(self, seconds: float | None, act: Callable[[], None]) -> None:
        """One thing at a time is waited for; with None, nothing."""
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None if seconds is None else asyncio.get_running_loop().call_later(seconds, act)


# channel.open, channel.close and channel.close-ok, as a payload begins: the others are the channel's own.
CHANNEL_METHODS = (b"\x00\x14\x00\x0a", b"\x00\x14\x00\x28", b"\x00\x14\x00\x29")
