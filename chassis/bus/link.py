"""A connection to the broker that comes back by itself.

It uses ``threading`` alone, so that it works in a plain program and, after ``eventlet.monkey_patch()``, on green
threads. One thread reads, one keeps the heart beating; whoever writes holds py-amqp's lock for the whole of a message:
frames never interleave.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, MutableMapping
from typing import Any, ClassVar
from weakref import WeakSet

from amqp import spec

from chassis.bus.connection import HEARTBEAT, LOST, Connection, connect, cut, limit_writes_only, user_of
from chassis.logs import log

FIRST_DELAY, LONGEST_DELAY = 0.1, 5.0
# What the network does not take in this time is lost: who writes holds up all who write after him.
WRITTEN_WITHIN = 2.5

Spawn = Callable[[Callable[[], None]], Any]


class Link:
    """``on_open(connection)`` declares and begins to consume each time the connection is made; ``on_lost()`` is told
    when it went. Both run in the reading thread, as do the callbacks of consumers: they must not wait.

    ``away``: readiness (``runtime.away``); its part "broker" stays there while any link of the same service is down.
    Several addresses of one cluster are separated by ``;`` and tried in turn.
    """

    _all: ClassVar[WeakSet[Link]] = WeakSet()
    _all_lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(
        self,
        uri: str,
        name: str,
        *,
        on_open: Callable[[Connection], None],
        on_lost: Callable[[], None] = lambda: None,
        away: MutableMapping[str, str] | None = None,
        spawn: Spawn | None = None,
    ) -> None:
        self._uris = uri.split(";")
        self._uri = self._uris[0]
        self.name = name
        self.user = user_of(uri)
        self._on_open = on_open
        self._on_lost = on_lost
        self._away = away if away is not None else {}
        self._spawn = spawn or _spawn_daemon
        self._connection: Connection | None = None
        self._up = threading.Event()
        self._stopping = threading.Event()
        self._ended = threading.Event()
        self._blocked: str | None = None

    @property
    def uri(self) -> str:
        """The address of the present connection, or of the next."""
        return self._uri

    @property
    def is_up(self) -> bool:
        return self._up.is_set()

    @property
    def is_blocked(self) -> bool:
        """The broker takes nothing from publishers for now: its memory or its disk is full."""
        return self._blocked is not None

    def start(self) -> None:
        self._away["broker"] = "connecting"
        with Link._all_lock:
            Link._all.add(self)
        self._spawn(self._keep_up)

    def wait_until_up(self, timeout: float) -> bool:
        return self._up.wait(timeout)

    def stop(self, timeout: float = 5.0) -> None:
        """Close in good order: what was written before is read by the broker first."""
        self._stopping.set()
        connection = self._connection
        if connection is not None:
            try:
                connection.send_method(spec.Connection.Close, "BsBB", (0, "", 0, 0))
            except LOST:
                self.drop()
        if not self._ended.wait(timeout):
            self.drop()
        with Link._all_lock:
            Link._all.discard(self)

    def drop(self) -> None:
        """Cut the connection, when its state cannot be trusted; the reading thread makes a new one."""
        connection = self._connection
        if connection is not None:
            cut(connection._transport)

    def _keep_up(self) -> None:
        try:
            failures = 0
            while not self._stopping.is_set():
                self._uri = self._uris[failures % len(self._uris)]
                was_up = self._live(self._uri)
                failures = 0 if was_up else failures + 1
                delay = min(LONGEST_DELAY, FIRST_DELAY * 2 ** min(failures, 10))
                self._stopping.wait(delay * random.uniform(0.5, 1.5))  # noqa: S311
        finally:
            self._ended.set()

    def _live(self, uri: str) -> bool:
        """One connection from its opening to its end; was it ever up?"""
        why = "closed"
        try:
            self._connection = connection = connect(uri, self.name)
            if not self._stopping.is_set():
                # Else the broker took its time, and who told us to stop found nothing to close.
                self._serve(connection)
        except LOST as error:
            why = f"{type(error).__name__}: {error}"
        except Exception as error:
            # A callback of ours failed. The link must outlive it: what was not acknowledged comes again.
            why = f"{type(error).__name__}: {error}"
            log.exception("broker_link_failed", link=self.name)
        was_up = self._up.is_set()
        self._forget(why)
        return was_up

    def _serve(self, connection: Connection) -> None:
        connection.on_blocked = self._note_blocked
        connection.on_unblocked = self._note_unblocked
        self._on_open(connection)
        limit_writes_only(connection, WRITTEN_WITHIN)
        self._up.set()
        self._note_back()
        log.info("broker_connected", link=self.name)
        self._spawn(lambda: self._beat(connection))
        self._read(connection)

    def _read(self, connection: Connection) -> None:
        while connection.connected:
            try:
                # Frame by frame: drain_events() would swallow the broker's heartbeats.
                connection.blocking_read()
            except TimeoutError:
                continue

    def _beat(self, connection: Connection) -> None:
        """Sends our heartbeats, and ends a connection by which nothing comes any more."""
        while not self._stopping.wait(HEARTBEAT / 4) and self._connection is connection:
            try:
                connection.heartbeat_tick()
            except LOST as error:
                log.warning("broker_silent", link=self.name, why=str(error))
                self.drop()
                return

    def _forget(self, why: str) -> None:
        connection, self._connection = self._connection, None
        self._blocked = None
        was_up = self._up.is_set()
        self._up.clear()
        if not self._stopping.is_set():
            self._away["broker"] = why
            log.log(30 if was_up else 20, "broker_lost" if was_up else "broker_not_reached", link=self.name, why=why)
        if connection is not None:
            _close(connection)
        self._on_lost()

    def _note_blocked(self, reason: str) -> None:
        self._blocked = reason
        self._away["broker"] = reason
        log.warning("broker_blocked", link=self.name, reason=reason)

    def _note_unblocked(self) -> None:
        self._blocked = None
        self._note_back()
        log.info("broker_unblocked", link=self.name)

    def _note_back(self) -> None:
        with Link._all_lock:
            links = [link for link in Link._all if link._away is self._away]
        if all(link.is_up and not link.is_blocked for link in links):
            self._away.pop("broker", None)


def _close(connection: Connection) -> None:
    try:
        connection.collect()
    except Exception as error:
        # It is lost already; whatever it raises in going must not end the link.
        log.warning("broker_connection_left_open", error=type(error).__name__)


def _spawn_daemon(target: Callable[[], None]) -> None:
    threading.Thread(target=target, daemon=True, name="broker link").start()
