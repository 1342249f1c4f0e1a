"""A connection to the broker: py-amqp's, with fewer system calls for each message."""

from __future__ import annotations

import os
import socket
import ssl
import struct
import threading
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import amqp
from amqp.exceptions import RecoverableConnectionError
from amqp.method_framing import frame_handler, frame_writer
from amqp.transport import TCPTransport
from eventlet import patcher
from eventlet.greenio import GreenSocket
from eventlet.hubs import trampoline

from chassis.logs import log

HEARTBEAT = 10
CONNECT_TIMEOUT = 5
# A declaration may wait for a cluster to choose a leader.
DECLARE_TIMEOUT = 10

# What a write or a read raises when the connection is gone.
LOST = (OSError, amqp.AMQPError)

READ_AT_ONCE = 16 * 1024
WRITTEN_AT_ONCE = 64 * 1024

# AMQP 0-9-1, 4.2.6: a content header has a class, a weight and the size of the body, then flags and properties.
HEADER_FRAME = 2
UP_TO_FLAGS = struct.calcsize(">HHQ")
NO_PROPERTIES = b"\0\0"

_native: Any = patcher.original("socket")


class Outgoing:
    """Stands before the socket: frames written inside ``with outgoing:`` leave in one piece."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._gathering = 0
        self._gathered = bytearray()

    def write(self, frame: Any) -> None:
        with self._lock:
            if not self._gathering:
                self._pass_on(frame)
                return
            self._gathered += frame
            if len(self._gathered) > WRITTEN_AT_ONCE:
                self._flush()

    def __enter__(self) -> None:
        self._gathering += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._gathering -= 1
            self._flush()

    def _flush(self) -> None:
        if self._gathered:
            frames, self._gathered = self._gathered, bytearray()
            self._pass_on(frames)

    def _pass_on(self, frames: Any) -> None:
        try:
            self._transport.write(frames)
        except BaseException:
            # Some of it may have left in the time there was: the broker would take what follows for the rest of it.
            cut(self._transport)
            raise


def cut(transport: Any) -> None:
    """End a connection at once, when its state cannot be trusted; who reads it is told by the end of the stream."""
    try:
        # Of what lies below TLS, which would forget its session with its own shutdown and fail when it is closed.
        with _native.socket(fileno=os.dup(transport.sock.fileno())) as bare:
            bare.shutdown(socket.SHUT_RDWR)
    except (OSError, AttributeError) as error:
        # Closed already, or let go by the thread that reads.
        log.debug("broker_socket_was_closed", error=str(error))


class Connection(amqp.Connection):
    outgoing: Outgoing


def together(channel: amqp.Channel) -> Outgoing:
    """``with together(channel):`` what is written to its connection leaves in one piece. Raises one of ``LOST``."""
    if channel.connection is None:
        raise RecoverableConnectionError("the connection was lost")
    outgoing: Outgoing = channel.connection.outgoing
    return outgoing


def user_of(uri: str) -> str:
    return unquote(urlsplit(uri.split(";")[0]).username or "guest")


def connect(uri: str, name: str) -> Connection:
    """An open connection; raises one of ``LOST``. Times out by itself when the broker falls silent."""
    parts = urlsplit(uri)
    secure = parts.scheme == "amqps"
    connection = Connection(
        host=f"{parts.hostname}:{parts.port or (5671 if secure else 5672)}",
        userid=unquote(parts.username or "guest"),
        password=unquote(parts.password or "guest"),
        login_method="PLAIN",
        virtual_host=unquote(parts.path[1:]) or "/",
        client_properties={"connection_name": name},
        connect_timeout=CONNECT_TIMEOUT,
        heartbeat=HEARTBEAT,
        # py-amqp's own value gives up after one second without an acknowledgement by TCP.
        socket_settings={socket.TCP_USER_TIMEOUT: HEARTBEAT * 2000},
        ssl=_tls(parts.hostname, parse_qs(parts.query)) if secure else False,
        frame_writer=_gathering_writer,
        frame_handler=_tolerant_reader,
    )
    connection.connect()
    connection.sock.settimeout(DECLARE_TIMEOUT)
    if isinstance(connection.transport, TCPTransport):
        _read_ahead(connection.transport)
    return connection


def _tls(host: str | None, options: dict[str, list[str]]) -> dict[str, Any]:
    """``?cacertfile=`` names the authority; without it those of the system are trusted."""
    authority = {"ca_certs": options["cacertfile"][0]} if "cacertfile" in options else {}
    return {"server_hostname": host, "cert_reqs": ssl.CERT_REQUIRED} | authority


def _gathering_writer(connection: Connection, transport: Any) -> Any:
    connection.outgoing = Outgoing(transport)
    return frame_writer(connection, connection.outgoing)


def _tolerant_reader(connection: Connection, callback: Any) -> Any:
    """Properties that py-amqp cannot read (RabbitMQ passes on texts that are no UTF-8, instants of the year 10^11,
    tables in tables a thousand deep) are taken for none. It would raise before the message reached us: the connection
    would end, and the message come again, for ever."""
    passed_on = False

    def pass_on(*told: Any) -> Any:
        nonlocal passed_on
        passed_on = True
        return callback(*told)

    read = frame_handler(connection, pass_on)

    def on_frame(frame: tuple[int, int, bytes]) -> Any:
        nonlocal passed_on
        passed_on = False
        try:
            return read(frame)
        except Exception:
            kind, channel, content = frame
            if kind != HEADER_FRAME or passed_on:
                raise
            return read((kind, channel, bytes(content[:UP_TO_FLAGS]) + NO_PROPERTIES))

    return on_frame


def _read_ahead(transport: Any) -> None:
    # It asks the socket for each part of each frame, nine times a message; what is left over it keeps.
    receive = transport.sock.recv
    transport._quick_recv = lambda size: receive(READ_AT_ONCE)


def limit_writes_only(connection: Connection, seconds: float) -> None:
    """From here on ``seconds`` are the limit of a write. On green threads a read has none, which would cost a timer for
    each message; elsewhere it still raises TimeoutError, to be begun again."""
    connection.sock.settimeout(seconds)
    if not (isinstance(connection.sock, GreenSocket) and isinstance(connection.transport, TCPTransport)):
        return
    bare = connection.sock.fd

    def receive(size: int) -> bytes:
        while True:
            try:
                received: bytes = bare.recv(READ_AT_ONCE)
                return received
            except BlockingIOError:
                trampoline(bare, read=True)

    connection.transport._quick_recv = receive
