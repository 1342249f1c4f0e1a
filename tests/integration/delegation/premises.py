"""Delegation with its clock in our hand: whose turn it is, and what it answers, announces and stores."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from chassis.runtime import Runtime
from chassis.seals import Opener
from chassis.tables import outbox
from contracts.delegation import CheckResult
from contracts.events import Sealed
from contracts.identifiers import BceNumber
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from services.delegation import decisions
from services.delegation.storage import DelegationWork
from tests.integration.delegation.turns import UNTIL_ALL_HAVE_ENDED
from tests.unit.delegation.builders import ATELIERS, NOON


class Premises:
    def __init__(self, runtime: Runtime, keys: Keys) -> None:
        self.runtime = runtime
        self.now = NOON
        self._opener = Opener(keys.seal_key_file("notifications"))
        self._open_work = threading.local()

    def pass_time(self, **lapse: float) -> None:
        self.now += timedelta(**lapse)

    def work(self) -> DelegationWork:
        work: DelegationWork | None = getattr(self._open_work, "work", None)
        return work or DelegationWork(self.runtime)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """What this thread does inside commits together at the end."""
        with DelegationWork(self.runtime) as work:
            self._open_work.work = work
            yield
            self._open_work.work = None

    def begin(self, act: Callable[[], Any]) -> Future[Any]:
        """Start an act of somebody else that has to wait for the transaction of this thread, and let it come so far."""
        begun = ThreadPoolExecutor(1).submit(act)
        waiting = sa.text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )

        def waits() -> bool:
            with self.runtime.engine.connect() as connection:
                return begun.done() or bool(connection.execute(waiting).scalar_one())

        wait_until(waits, seconds=UNTIL_ALL_HAVE_ENDED, what="the other act to wait")
        return begun

    def check(
        self,
        person_id: UUID,
        permission: str,
        *,
        bce_number: BceNumber = ATELIERS,
        procedure: str | None = None,
        establishment: str | None = None,
    ) -> CheckResult:
        return decisions.check(
            self.work(),
            person_id=person_id,
            bce_number=bce_number,
            permission=permission,
            procedure=procedure,
            establishment=establishment,
            now=self.now,
        )

    def announced(self, event_type: str | None = None) -> list[dict[str, Any]]:
        """Bodies of what waits in the outbox, the oldest first."""
        statement = sa.select(outbox.c.body).order_by(outbox.c.position)
        if event_type is not None:
            statement = statement.where(outbox.c.type == event_type)
        with self.runtime.engine.connect() as connection:
            return list(connection.execute(statement).scalars())

    def opened(self, body: dict[str, Any]) -> dict[str, Any]:
        """The sealed fields of an announcement, as notifications reads them."""
        return self._opener.open(Sealed(body["sealed"]))

    def rows(self, table: sa.Table) -> list[Any]:
        with self.runtime.engine.connect() as connection:
            return list(connection.execute(sa.select(table)))
