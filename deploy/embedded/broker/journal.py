"""What survives the broker: durable exchanges, queues and bindings, and persistent messages, in one SQLite file.

Changes gather in one transaction; `flush`, once per turn of the event loop, commits it and only then lets the
confirms go out, so that many publishers share one commit.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.embedded.broker import wire
from deploy.embedded.broker.exchanges import Binding, Exchange
from deploy.embedded.broker.messages import Entry, Message

if TYPE_CHECKING:
    from deploy.embedded.broker.queues import Queue

SCHEMA = """
CREATE TABLE IF NOT EXISTS exchanges (name TEXT PRIMARY KEY, kind TEXT, auto_delete INT, internal INT, arguments BLOB);
CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, auto_delete INT, arguments BLOB);
CREATE TABLE IF NOT EXISTS bindings (
    source TEXT, destination TEXT, to_exchange INT, routing_key TEXT, arguments BLOB,
    PRIMARY KEY (source, destination, to_exchange, routing_key, arguments)
);
CREATE TABLE IF NOT EXISTS messages (
    position INTEGER PRIMARY KEY, queue TEXT, exchange TEXT, routing_key TEXT, expires_at REAL, header BLOB, body BLOB
);
CREATE INDEX IF NOT EXISTS messages_of_queue ON messages (queue);
"""
ADD_MESSAGE = "INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?)"
SAME_BINDING = "source = ? AND destination = ? AND to_exchange = ? AND routing_key = ? AND arguments = ?"


class Journal:
    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, timeout=1)
        # Held for as long as the broker runs: a second broker on the same file must not start.
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.executescript(SCHEMA)
        self._added: dict[int, tuple[Any, ...]] = {}
        self._removed: list[tuple[int]] = []
        self._after_commit: list[Callable[[], None]] = []
        self._is_flush_due = False

    def close(self) -> None:
        self.flush()
        self._database.close()

    def after_commit(self, callback: Callable[[], None]) -> None:
        self._after_commit.append(callback)
        self._flush_soon()

    def flush(self) -> None:
        self._is_flush_due = False
        if self._added or self._removed or self._database.in_transaction:
            self._begin()
            self._database.executemany(ADD_MESSAGE, self._added.values())
            self._database.executemany("DELETE FROM messages WHERE position = ?", self._removed)
            self._database.execute("COMMIT")
            self._added.clear()
            self._removed.clear()
        callbacks, self._after_commit = self._after_commit, []
        for callback in callbacks:
            callback()

    def add_message(self, queue: str, entry: Entry) -> None:
        message = entry.message
        where = (entry.position, queue, message.exchange, message.routing_key, entry.expires_at)
        self._added[entry.position] = (*where, message.header, message.body)
        self._flush_soon()

    def remove_message(self, entry: Entry) -> None:
        # What came and went between two commits never needs to be written.
        if self._added.pop(entry.position, None) is None:
            self._removed.append((entry.position,))
            self._flush_soon()

    def add_exchange(self, exchange: Exchange) -> None:
        arguments = wire.table(exchange.arguments)
        row = (exchange.name, exchange.kind, exchange.auto_delete, exchange.internal, arguments)
        self._change("INSERT INTO exchanges VALUES (?, ?, ?, ?, ?)", *row)

    def remove_exchange(self, name: str) -> None:
        self._change("DELETE FROM exchanges WHERE name = ?", name)

    def add_queue(self, queue: "Queue") -> None:
        self._change("INSERT INTO queues VALUES (?, ?, ?)", queue.name, queue.auto_delete, wire.table(queue.arguments))

    def remove_queue(self, name: str) -> None:
        self._added = {position: row for position, row in self._added.items() if row[1] != name}
        self._change("DELETE FROM messages WHERE queue = ?", name)
        self._change("DELETE FROM queues WHERE name = ?", name)

    def add_binding(self, binding: Binding) -> None:
        self._change("INSERT INTO bindings VALUES (?, ?, ?, ?, ?)", *_row(binding))

    def remove_binding(self, binding: Binding) -> None:
        self._change(f"DELETE FROM bindings WHERE {SAME_BINDING}", *_row(binding))

    def last_position(self) -> int:
        row = self._database.execute("SELECT coalesce(max(position), 0) FROM messages").fetchone()
        return int(row[0])

    def exchanges(self) -> Iterator[Exchange]:
        for name, kind, auto_delete, internal, arguments in self._database.execute("SELECT * FROM exchanges"):
            yield Exchange(name, kind, True, bool(auto_delete), bool(internal), wire.read_table(arguments))

    def queues(self) -> Iterator[tuple[str, bool, dict[str, Any]]]:
        for name, auto_delete, arguments in self._database.execute("SELECT * FROM queues"):
            yield name, bool(auto_delete), wire.read_table(arguments)

    def bindings(self) -> Iterator[Binding]:
        for source, destination, to_exchange, routing_key, arguments in self._database.execute(
            "SELECT * FROM bindings ORDER BY rowid"
        ):
            yield Binding.of(
                source, destination, routing_key, wire.read_table(arguments), to_exchange=bool(to_exchange)
            )

    def messages(self) -> Iterator[tuple[str, Entry]]:
        """Each with its queue, marked as redelivered: nobody wrote down whether it had been delivered before."""
        rows = self._database.execute("SELECT * FROM messages ORDER BY position").fetchall()
        for position, queue, exchange, routing_key, expires_at, header, body in rows:
            message = Message(exchange, routing_key, header, body)
            yield queue, Entry(position, message, expires_at, journaled=True, redelivered=True)

    def _change(self, statement: str, *values: Any) -> None:
        self._begin()
        self._database.execute(statement, values)
        self._flush_soon()

    def _begin(self) -> None:
        if not self._database.in_transaction:
            self._database.execute("BEGIN")

    def _flush_soon(self) -> None:
        if not self._is_flush_due:
            self._is_flush_due = True
            asyncio.get_running_loop().call_soon(self.flush)


def _row(binding: Binding) -> tuple[Any, ...]:
    return (binding.source, binding.destination, binding.to_exchange, binding.routing_key, binding.fingerprint)
