"""How psycopg waits for PostgreSQL under eventlet: at the hub, so that other green threads run meanwhile."""

from __future__ import annotations

import select
from typing import Any, TypeVar

import psycopg
from eventlet import patcher
from eventlet.hubs import trampoline
from psycopg.abc import PQGen
from psycopg.waiting import Ready, Wait

RV = TypeVar("RV")
# The original, which never waits here.
_native: Any = patcher.original("select")


class GreenConnection(psycopg.Connection[Any]):
    """psycopg's own wait stops every green thread (in C), or makes a selector for each statement (in Python)."""

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """What ``gen`` returns. ``interval`` is how often psycopg looks for Ctrl-C, which here ends the hub itself."""
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        socket = self.pgconn.socket
        try:
            wanted = next(gen)
            while True:
                wanted = gen.send(_wait_for(socket, wanted))
        except StopIteration as done:
            result: RV = done.value
            return result


def connection_class() -> type[psycopg.Connection[Any]]:
    return GreenConnection if patcher.is_monkey_patched("select") else psycopg.Connection


def _wait_for(socket: int, wanted: Wait) -> Ready:
    if wanted == Wait.R:
        trampoline(socket, read=True)
        return Ready.R
    if wanted == Wait.W:
        trampoline(socket, write=True)
        return Ready.W
    # Several statements, or one that does not fit into the socket at once: PostgreSQL may want to be read first.
    look = _native.poll()
    look.register(socket, _native.POLLIN | _native.POLLOUT)
    for _, seen in look.poll(0):
        # What went wrong is told by reading.
        return Ready((Ready.W if seen & _native.POLLOUT else 0) | (Ready.R if seen & ~_native.POLLOUT else 0))
    readable, writable, _ = select.select([socket], [socket], [])
    return Ready((Ready.R if readable else 0) | (Ready.W if writable else 0))
