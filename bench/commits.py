"""When causes and effects were committed, as PostgreSQL itself wrote it down (``track_commit_timestamp``)."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

import psycopg

GIVEN_UP_AFTER = 30.0  # seconds without one more
LOOKED_EVERY = 0.1


@dataclass(frozen=True)
class Lapse:
    """``ms``: from the commit of each cause to that of its effect; ``per_second``: from the first cause to the last
    effect."""

    ms: list[float]
    per_second: float


def forget(causes_url: str, effects_url: str) -> None:
    for url, table in ((causes_url, "causes"), (effects_url, "effects")):
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"TRUNCATE {table}")


def wait_for_effects(effects_url: str, count: int) -> None:
    """Raises TimeoutError when they cease to come."""
    there, since = -1, time.monotonic()
    with psycopg.connect(effects_url, autocommit=True) as connection:
        while (now := _count(connection)) < count:
            if now != there:
                there, since = now, time.monotonic()
            elif time.monotonic() - since > GIVEN_UP_AFTER:
                raise TimeoutError(f"{there} of {count} effects, and none more within {GIVEN_UP_AFTER:g} s")
            time.sleep(LOOKED_EVERY)


def lapse(causes_url: str, effects_url: str, *, warm_up: int) -> Lapse:
    """Without the first ``warm_up`` causes, for which connections and plans are made."""
    causes, effects = _committed(causes_url, "causes"), _committed(effects_url, "effects")
    if causes.keys() != effects.keys():
        raise RuntimeError(f"{len(causes)} causes and {len(effects)} effects do not match")
    counted = sorted(causes.items(), key=lambda cause: cause[1])[warm_up:]
    took = [(effects[cause_id] - at) / 1000 for cause_id, at in counted]
    ended, began = max(effects[cause_id] for cause_id, _ in counted), counted[0][1]
    return Lapse(took, len(counted) / ((ended - began) / 1e6))


def _committed(url: str, table: str) -> dict[UUID, int]:
    """{cause: microseconds since 1970}. Two effects of one cause raise RuntimeError."""
    when = "(extract(epoch FROM pg_xact_commit_timestamp(xmin)) * 1000000)::bigint"
    with psycopg.connect(url) as connection:
        rows = connection.execute(f"SELECT cause_id, {when} FROM {table}").fetchall()
    committed: dict[UUID, int] = dict(rows)
    if len(committed) != len(rows):
        raise RuntimeError(f"something is twice in {table}")
    return committed


def _count(connection: psycopg.Connection[tuple[int]]) -> int:
    row = connection.execute("SELECT count(*) FROM effects").fetchone()
    assert row is not None
    return row[0]
