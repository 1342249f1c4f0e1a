"""The relay's own session with the database: whoever holds its advisory lock sends; the others wait to succeed it.

Everything the relay does goes through the session that holds the lock, so a relay that lost it cannot mark a row.
Replicas that do not send tell the one that does with NOTIFY, from this session rather than from the transactions of the
business: PostgreSQL lets only one transaction with a NOTIFY commit at a time, in the whole cluster.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from chassis.database import connect
from chassis.direct import Direct

CHANNEL = "outbox"
LOCK = 0x6D6F6E65  # any number, the same for all relays; advisory locks are per database
# A holder that froze is cut off by PostgreSQL, which frees the lock; pings and work keep a healthy one well below.
IDLE_LIMIT = "15s"
# With the longest wait for confirms this stays below.
IDLE_AT_MOST = 2.0  # seconds


class RelaySession:
    def __init__(self, connection: sa.Connection, signal: Signal) -> None:
        driver: Any = connection.connection.driver_connection
        self._connection = connection
        self._signal = signal
        self._driver = driver
        self._notified = False
        self._used_at = 0.0
        self.leads = False
        self._driver.add_notify_handler(self._note)
        self.execute(sa.text(f"SET idle_session_timeout = '{IDLE_LIMIT}'"))
        # A mark that PostgreSQL forgets with its crash only sends an event again, so nothing waits for the disk here.
        self.execute(sa.text("SET synchronous_commit = off"))
        self.execute(sa.text(f"LISTEN {CHANNEL}"))

    def execute(self, statement: Any, parameters: Any = None) -> sa.CursorResult[Any]:
        result: sa.CursorResult[Any] = self._connection.execute(statement, parameters)
        self._used_at = time.monotonic()
        return result

    def run(self, statement: Direct, parameters: Mapping[str, Any]) -> list[Any]:
        rows = statement.run_on(self._driver, parameters)
        self._used_at = time.monotonic()
        return rows

    def keep_alive(self) -> None:
        """For who works long without the database: PostgreSQL would end the session, and another take the lead."""
        if time.monotonic() - self._used_at > IDLE_AT_MOST:
            self.execute(sa.text("SELECT 1"))

    def try_to_lead(self) -> bool:
        if not self.leads:
            self.leads = bool(self.execute(sa.select(sa.func.pg_try_advisory_lock(LOCK))).scalar())
        return self.leads

    def tell_leader(self) -> None:
        self.execute(sa.text(f"NOTIFY {CHANNEL}"))

    def wait(self, seconds: float) -> bool:
        """Until the signal, a NOTIFY or the end of the time. Was it the signal of this process?"""
        if not self._notified:
            ready, _, _ = select.select([self._driver.fileno(), self._signal.reader], [], [], seconds)
            if self._driver.fileno() in ready or not ready:
                # Reads what has come, and is the ping.
                self.execute(sa.text("SELECT 1"))
        self._notified = False
        return self._signal.clear()

    def _note(self, notification: object) -> None:
        self._notified = True


class Signal:
    """Set from any thread; a reader that ``select`` can wait for together with a database's socket."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()
        self._lock = threading.Lock()
        self._is_set = False

    def set(self) -> None:
        with self._lock:
            if not self._is_set:
                self._is_set = True
                os.write(self._writer, b"!")

    def clear(self) -> bool:
        with self._lock:
            was_set, self._is_set = self._is_set, False
            if was_set:
                os.read(self.reader, 1)
        return was_set


@contextmanager
def open_session(database_url: str, name: str, signal: Signal) -> Iterator[RelaySession]:
    engine = connect(database_url, pool=1, name=name)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield RelaySession(connection, signal)
    finally:
        engine.dispose()
