"""A client's connection: frames in and out, the opening handshake, heartbeats, channels."""

import asyncio
import hmac
import logging
import struct
from collections.abc import Mapping
from typing import Any, cast

from pamqp import base, commands, constants
from pamqp.commands import Connection as Methods

from deploy.embedded.broker import declarations, deliveries, wire
from deploy.embedded.broker.channel import Channel, release
from deploy.embedded.broker.errors import AmqpError
from deploy.embedded.broker.vhost import VirtualHost

PRODUCT = "Mon Espace development broker"
CHANNEL_MAX, FRAME_MAX, HEARTBEAT = 2047, 131072, 60
HANDSHAKE_WITHIN, CLOSED_WITHIN = 10.0, 5.0
CONGESTED_ABOVE = 1024 * 1024
CAPABILITIES = (
    "publisher_confirms",
    "exchange_exchange_bindings",
    "basic.nack",
    "consumer_cancel_notify",
    "authentication_failure_close",
    "per_consumer_qos",
)
ANSWERS = {**declarations.ANSWERS, **deliveries.ANSWERS}

log = logging.getLogger("development broker")


class Connection(asyncio.Protocol):
    """`expected` is the type of the next method of the handshake; None once the connection is open."""

    transport: asyncio.Transport

    def __init__(self, vhost: VirtualHost, users: Mapping[str, str], connections: "set[Connection]") -> None:
        self.vhost = vhost
        self.users = users
        self.connections = connections
        self.user = ""
        self.frame_max = FRAME_MAX
        self.is_congested = False
        self.hears_cancels = False
        self._hears_refusals = False
        self._received = bytearray()
        self._is_greeted = False
        self._is_closing = False
        self._expected: type[base.Frame] | None = Methods.StartOk
        self._channels: dict[int, Channel] = {}
        self._heartbeat = 0
        self._last_received = self._last_sent = 0.0
        self._timer: asyncio.TimerHandle | None = None

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.set_write_buffer_limits(high=CONGESTED_ABOVE)
        self.connections.add(self)
        self._after(HANDSHAKE_WITHIN, self.transport.abort)

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
        for channel in self._channels.values():
            channel.advance()

    def data_received(self, data: bytes) -> None:
        self._last_received = asyncio.get_running_loop().time()
        self._received += data
        try:
            if self._greeted():
                self._take_frames()
        except AmqpError as error:
            self.fail(error)

    # Frames

    def send(self, frames: bytes) -> None:
        if not self.transport.is_closing():
            self._last_sent = asyncio.get_running_loop().time()
            self.transport.write(frames)

    def _greeted(self) -> bool:
        if self._is_greeted:
            return True
        if not wire.GREETING.startswith(self._received[:8]):
            # So a client learns which version is spoken here.
            self.send(wire.GREETING)
            self.transport.close()
            return False
        if len(self._received) < len(wire.GREETING):
            return False
        del self._received[: len(wire.GREETING)]
        self._is_greeted = True
        self._send(Methods.Start(0, 9, _server_properties(), "PLAIN", "en_US"))
        return True

    def _take_frames(self) -> None:
        start = 0
        try:
            while len(self._received) - start >= constants.FRAME_HEADER_SIZE:
                kind, channel, size = struct.unpack_from(">BHI", self._received, start)
                if size > self.frame_max - wire.FRAME_OVERHEAD:
                    raise AmqpError(501, f"a frame of {size} bytes is longer than the {self.frame_max} agreed on")
                end = start + constants.FRAME_HEADER_SIZE + size
                if len(self._received) <= end:
                    break
                if self._received[end] != constants.FRAME_END:
                    raise AmqpError(501, "a frame does not end where it says")
                payload = bytes(self._received[end - size : end])
                start = end + 1
                self._take(kind, channel, payload)
        finally:
            del self._received[:start]

    def _take(self, kind: int, number: int, payload: bytes) -> None:
        if kind == constants.FRAME_HEARTBEAT:
            return
        if kind not in (constants.FRAME_METHOD, constants.FRAME_HEADER, constants.FRAME_BODY):
            raise AmqpError(501, f"unknown frame type {kind}")
        if self._is_closing:
            self._take_while_closing(kind, payload)
        elif number == 0 or self._expected is not None:
            self._take_own(kind, number, payload)
        elif kind == constants.FRAME_METHOD and payload[:2] == b"\x00\x14" and payload[2:4] in CHANNEL_METHODS:
            self._take_of_channel(number, wire.read_method(payload))
        elif number in self._channels:
            self._channels[number].take(kind, payload)
        else:
            raise AmqpError(504, "expected 'channel.open'")

    # Methods of the connection

    def _take_own(self, kind: int, number: int, payload: bytes) -> None:
        method = wire.read_method(payload) if kind == constants.FRAME_METHOD and number == 0 else None
        if isinstance(method, Methods.Close):
            self._send(Methods.CloseOk())
            self._end()
        elif method is None or type(method) is not self._expected:
            raise AmqpError(503, f"{method.name if method else 'this frame'} is not expected here")
        elif isinstance(method, Methods.StartOk):
            self._start(method)
        elif isinstance(method, Methods.TuneOk):
            self._tune(method)
        elif isinstance(method, Methods.Open):
            self._open(method)

    def _start(self, method: Methods.StartOk) -> None:
        capabilities = (method.client_properties or {}).get("capabilities")
        if isinstance(capabilities, dict):
            self.hears_cancels = capabilities.get("consumer_cancel_notify") is True
            self._hears_refusals = capabilities.get("authentication_failure_close") is True
        self.user = self._authenticated(method)
        self._send(Methods.Tune(CHANNEL_MAX, FRAME_MAX, HEARTBEAT))
        self._expected = Methods.TuneOk

    def _authenticated(self, method: Methods.StartOk) -> str:
        response = method.response.encode() if isinstance(method.response, str) else bytes(method.response)
        _, user, password = [*response.split(b"\0"), b"", b""][:3]
        known = self.users.get(user.decode(errors="replace"))
        if method.mechanism != "PLAIN" or known is None or not hmac.compare_digest(known.encode(), password):
            log.warning("refused a login")
            raise AmqpError(403, f"Login was refused using authentication mechanism {method.mechanism}.")
        return user.decode()

    def _tune(self, method: Methods.TuneOk) -> None:
        if not constants.FRAME_MIN_SIZE <= method.frame_max <= FRAME_MAX:
            raise AmqpError(530, f"negotiated frame_max = {method.frame_max} is not between 4096 and {FRAME_MAX}")
        if not 0 < method.channel_max <= CHANNEL_MAX:
            raise AmqpError(530, f"negotiated channel_max = {method.channel_max} is not between 1 and {CHANNEL_MAX}")
        self.frame_max = method.frame_max
        self._heartbeat = method.heartbeat
        self._expected = Methods.Open

    def _open(self, method: Methods.Open) -> None:
        self._expected = None
        if method.virtual_host != "/":
            raise AmqpError(530, f"vhost {method.virtual_host} not found")
        self._send(Methods.OpenOk())
        self._after(self._heartbeat / 2 or HEARTBEAT, self._beat)

    def _beat(self) -> None:
        if self._heartbeat:
            now = asyncio.get_running_loop().time()
            if now - self._last_received > 2 * self._heartbeat:
                log.warning("a client missed its heartbeats")
                self.transport.abort()
                return
            if now - self._last_sent >= self._heartbeat / 2:
                self.send(wire.frame(constants.FRAME_HEARTBEAT, 0, b""))
            self._after(self._heartbeat / 2, self._beat)

    def _take_of_channel(self, number: int, method: base.Frame) -> None:
        channel = self._channels.get(number)
        if isinstance(method, commands.Channel.Open):
            if channel is not None:
                raise AmqpError(504, "second 'channel.open' seen")
            if number > CHANNEL_MAX:
                raise AmqpError(530, f"channel {number} is above the negotiated channel_max ({CHANNEL_MAX})")
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

    # How it ends

    def fail(self, error: AmqpError, method: base.Frame | None = None) -> None:
        """Tell the client why and end; before the handshake is through, RabbitMQ just ends, but for a refused login."""
        log.warning("closing a connection: %s", error)
        opening = self._expected is not None
        if self._is_closing or (opening and not (error.code == 403 and self._hears_refusals)):
            self._end()
            return
        index = method.index if method is not None else 0
        self.send(wire.method_frame(0, Methods.Close(error.code, error.text, index >> 16, index & 0xFFFF)))
        self._is_closing = True
        self._release()
        self._after(CLOSED_WITHIN, self.transport.abort)

    def _take_while_closing(self, kind: int, payload: bytes) -> None:
        if kind == constants.FRAME_METHOD and isinstance(wire.read_method(payload), Methods.CloseOk | Methods.Close):
            self._end()

    def _end(self) -> None:
        self._is_closing = True
        self._release()
        self.transport.close()

    def _release(self) -> None:
        channels, self._channels = self._channels, {}
        release(channels.values())
        for queue in [queue for queue in self.vhost.queues.values() if queue.owner is self]:
            self.vhost.delete_queue(queue)

    def _send(self, method: base.Frame, channel: int = 0) -> None:
        self.send(wire.method_frame(channel, method))

    def _after(self, seconds: float, act: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(seconds, act)


# channel.open, channel.close and channel.close-ok: the others are the channel's own.
CHANNEL_METHODS = (b"\x00\x0a", b"\x00\x28", b"\x00\x29")


def _server_properties() -> dict[str, Any]:
    return {
        "product": PRODUCT,
        "platform": "Python, for development only",
        "version": "0",
        "capabilities": dict.fromkeys(CAPABILITIES, True),
    }
