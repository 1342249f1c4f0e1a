"""How often something may be tried, counted in the service's database: the limit holds across replicas.

Counted in windows of a fixed length, each in one statement before the command's transaction, so that what is refused
is counted too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from prometheus_client import Counter
from sqlalchemy.dialects.postgresql import insert

from chassis.admission import Call
from chassis.database import Work
from chassis.direct import Direct
from chassis.runtime import Runtime
from chassis.tables import attempts
from contracts.errors import TooManyAttempts

_FIRST = insert(attempts).values(count=1)
_COUNT = Direct(
    _FIRST.on_conflict_do_update(index_elements=["key"], set_={"count": attempts.c.count + 1}).returning(
        attempts.c.count
    ),
    ("key", "ends_at"),
)

LIMITED = Counter("limited_attempts_total", "Attempts refused because there were too many", ["service", "what"])


@dataclass(frozen=True, kw_only=True)
class Limit:
    """Of a door: ``@rpc(…, limit=Limit(…))``. ``by``: who tries, of the call and its arguments: an address of the
    network, a person; nobody is told apart, and nothing counted, where it is empty."""

    what: str
    most: int
    per: timedelta
    by: Callable[[Call, dict[str, Any]], str]

    def count(self, call: Call, arguments: dict[str, Any]) -> None:
        """Raises TooManyAttempts."""
        tries = self.by(call, arguments)
        if tries:
            count_attempt(call.runtime, self.what, tries, most=self.most, per=self.per, now=call.now)


def count_attempt(runtime: Runtime, what: str, by: str, *, most: int, per: timedelta, now: datetime) -> None:
    """``by``: whoever tries (an address of the network, a person); only its digest is kept. Raises TooManyAttempts from
    the attempt after ``most`` in a window of ``per`` on, and Unavailable while the database is away."""
    window = int(now.timestamp() // per.total_seconds())
    ends_at = datetime.fromtimestamp((window + 1) * per.total_seconds(), UTC)
    key = hashlib.sha256(f"{what} {window} {by}".encode()).digest()
    ((count,),) = _COUNT.run(runtime.engine, {"key": key, "ends_at": ends_at})
    if count > most:
        LIMITED.labels(runtime.name, what).inc()
        raise TooManyAttempts(again_at=ends_at.isoformat())


def forget_attempts(runtime: Runtime, *, before: datetime) -> None:
    """Of windows that have ended."""
    with Work(runtime) as work:
        work.execute(sa.delete(attempts).where(attempts.c.ends_at < before))
