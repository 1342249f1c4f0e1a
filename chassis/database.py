"""The service's own database, and ``Work``: one transaction that stores a change together with its announcement."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from chassis import audit
from chassis.direct import Direct
from chassis.waiting import connection_class
from contracts.errors import ConcurrentChange, Unavailable
from contracts.events import ActorFacts, Event

if TYPE_CHECKING:
    from chassis.runtime import Runtime


# The database cannot be reached, gave up on a deadlock, or has no connection left for us: a retry may help.
AWAY = (OperationalError, PoolExhausted)


# What was used so shortly ago is there still; else the first statement of who comes next finds out.
TRUSTED_FOR = 1.0  # seconds


def connect(database_url: str, *, pool: int, name: str) -> sa.Engine:
    """An engine on psycopg 3 whose waits let other green threads run."""
    url = sa.make_url(database_url).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_timeout=10,
        # The text of an error is logged, and what people gave us is no part of a log.
        hide_parameters=True,
        connect_args={"application_name": name, "connect_timeout": 5, "options": "-c timezone=UTC"},
    )
    sa.event.listen(engine, "do_connect", _connect)
    sa.event.listen(engine, "checkin", _note_left)
    sa.event.listen(engine, "checkout", _require_alive)
    return engine


def _connect(dialect: Any, record: Any, arguments: Any, settings: Any) -> psycopg.Connection[Any]:
    return connection_class().connect(*arguments, **settings)


def _note_left(connection: Any, record: Any) -> None:
    record.info["left_at"] = time.monotonic()


def _require_alive(connection: Any, record: Any, fairy: Any) -> None:
    """A ping costs as much as a statement, so only what lay idle is asked for one."""
    left_at = record.info.get("left_at")
    if left_at is None or time.monotonic() - left_at < TRUSTED_FOR:
        return
    try:
        # Outside of any transaction it is one round trip.
        connection.autocommit = True
        connection.execute("")
        connection.autocommit = False
    except psycopg.Error as error:
        # The pool then makes all of them anew.
        raise sa.exc.InvalidatePoolError from error


class Work:
    """One transaction of one call or reaction.

    ``with work:`` may be entered again inside itself: a command joins the transaction of the door or of the inbox, and
    only the outermost commits. Services extend it with their collections: ``work.role_requests.get(…)``.
    """

    def __init__(self, runtime: Runtime, actor: ActorFacts | None = None, traceparent: str | None = None) -> None:
        self.runtime = runtime
        self.actor_facts = actor or ActorFacts(service=runtime.name)
        self.traceparent = traceparent
        # Whether anything of it is in the audit trail already.
        self.is_recorded = False
        self._depth = 0
        self._wakes: set[str] = set()
        self._after_commit: list[Callable[[], object]] = []
        self._session: Session | None = None
        self._connection: sa.Connection | None = None

    @property
    def session(self) -> Session:
        if self._session is None:
            raise RuntimeError("use it inside `with work:`")
        return self._session

    def __enter__(self) -> Self:
        if self._depth == 0:
            self._session = Session(self.runtime.engine, expire_on_commit=False)
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth:
            return
        session = self.session
        try:
            if error is None:
                session.commit()
        except StaleDataError as stale:
            raise ConcurrentChange() from stale
        except AWAY as away:
            raise Unavailable(part="database") from away
        else:
            if error is None:
                self._tell()
        finally:
            _close(session)
            self._session = self._connection = None
            self._after_commit.clear()
            self._wakes.clear()
        if isinstance(error, StaleDataError):
            raise ConcurrentChange() from error
        if isinstance(error, AWAY):
            raise Unavailable(part="database") from error

    def see_one_instant(self) -> None:
        """What this transaction reads, in however many statements, it reads as of the first; one that has begun already
        goes on as it began."""
        if not self.session.in_transaction():
            self.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})

    @property
    def epoch(self) -> int:
        """Inside ``with work:``."""
        return self.runtime.outbox.epoch(self)

    def announce(self, event: Event, *, party: UUID | None = None) -> None:
        """Store an event beside the change that it tells of, and the act in the audit trail; the relay sends it after
        the commit. ``party``: the person whom it concerns, where the event does not name her."""
        self.runtime.outbox.store(self, event)
        audit.record_event(self, event, party=party)
        self.is_recorded = True
        self.wake("outbox")

    def record(
        self,
        action: str,
        *,
        subject: str | None = None,
        party: UUID | None = None,
        enterprise: str | None = None,
        by: ActorFacts | None = None,
    ) -> None:
        """An act that no event announces, in the audit trail: see ``chassis.audit.record``."""
        audit.record(self, action, subject=subject, party=party, enterprise=enterprise, by=by)
        self.is_recorded = True

    def wake(self, timer: str) -> None:
        """Let the timer of that name run right after the commit, rather than at its next turn."""
        self._wakes.add(timer)

    def after_commit(self, act: Callable[[], object]) -> None:
        """For what must not happen before the change is safe, and may be lost with the process."""
        self._after_commit.append(act)

    def flush(self) -> None:
        """Send what was changed to the database now, so that a unique index can object."""
        self.session.flush()

    def execute(self, statement: Any, parameters: Any = None) -> sa.CursorResult[Any]:
        """A statement about rows, not entities: past the session, which would cost as much again. What was changed of
        entities goes before it."""
        return self._connected().execute(statement, parameters)

    def run(self, statement: Direct, parameters: Mapping[str, Any]) -> list[Any]:
        """Its rows. What was changed of entities goes before it; outside of ``with work:`` it is a transaction of its
        own, and one round trip instead of three."""
        if not self._depth:
            return statement.run(self.runtime.engine, parameters)
        mine: Any = self._connected().connection.dbapi_connection
        try:
            return statement.run_on(mine, parameters)
        except psycopg.OperationalError as away:
            raise Unavailable(part="database") from away

    def _connected(self) -> sa.Connection:
        self.session.flush()
        if self._connection is None:
            self._connection = self.session.connection()
        return self._connection

    def _tell(self) -> None:
        for act in self._after_commit:
            act()
        for timer in self._wakes:
            self.runtime.wake(timer)


def _close(session: Session) -> None:
    """Rolls back what was not committed; where the database is lost with that, it rolls back by itself."""
    try:
        session.close()
    except AWAY:
        # What was refused, or was done already, stays so: this would hide it.
        session.invalidate()
