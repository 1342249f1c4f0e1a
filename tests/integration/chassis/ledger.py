"""A service of one table, small enough to see what the chassis does for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa

from chassis import tables
from chassis.clock import Clock
from chassis.database import Work, connect
from chassis.runtime import Runtime
from contracts.events import Event

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

entries = sa.Table(
    "entries",
    sa.MetaData(),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("epoch", sa.Integer, nullable=False, server_default="1"),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
)


@dataclass(frozen=True, kw_only=True)
class EntryWritten(Event):
    publisher: ClassVar[str] = "ledger"
    type: ClassVar[str] = "entry_written"
    subject_id: ClassVar[str] = "entry_id"

    entry_id: UUID


class Ledger(Runtime):
    """A runtime on a real database, without a bus; ``woken`` tells which timers were."""

    def __init__(self, database_url: str) -> None:
        super().__init__(
            name="ledger",
            settings=None,  # type: ignore[arg-type]
            clock=Clock(),
            verifier=None,  # type: ignore[arg-type]
            work_class=Work,
        )
        self.engine = connect(database_url, pool=10, name="ledger")
        self.woken: list[str] = []
        with self.engine.begin() as connection:
            tables.metadata.create_all(connection)
            entries.metadata.create_all(connection)

    def wake(self, timer: str) -> None:
        self.woken.append(timer)

    def rows(self, table: sa.Table) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(sa.select(table)))


def write(work: Work, key: str, text: str = "written") -> None:
    with work:
        work.execute(sa.insert(entries).values(key=key, text=text))
