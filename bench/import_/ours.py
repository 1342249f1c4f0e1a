"""Delegation's import of a set, and its search, in a process of their own."""

from __future__ import annotations

import random
import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bench.verbs import choose
from chassis.runtime import Runtime, build_runtime
from services.delegation import queries
from services.delegation.kbo import import_enterprises
from services.delegation.service import DelegationService
from services.delegation.settings import DelegationSettings
from services.delegation.storage import DelegationWork, tables

WARM_UP = 5


def take(directory: str) -> dict[str, Any]:
    runtime = _runtime()
    began = time.perf_counter()
    imported = import_enterprises(runtime, Path(directory))
    took = time.perf_counter() - began
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "took": took,
        "count": dict(imported.count or {}),
        "peak": used.ru_maxrss * 1024 / 1e6,
        "spent": used.ru_utime + used.ru_stime,
    }


def search(count: int, seed: int) -> dict[str, list[float]]:
    """Milliseconds of each search by kind, of enterprises picked at random."""
    runtime, chance = _runtime(), random.Random(seed)
    some = _some(runtime, count + WARM_UP, chance)
    typed: dict[str, Callable[[Any], str]] = {
        "number": lambda row: str(row.bce_number),
        "beginning of a number": lambda row: str(row.bce_number)[:7],
        "beginning of a name": lambda row: row.name[: max(4, len(row.name) * 2 // 3)],
        "last word": lambda row: row.name.split()[-1],
        "slip": lambda row: with_slip(row.name, chance),
    }
    return {kind: [_timed(runtime, how(row)) for row in some][WARM_UP:] for kind, how in typed.items()}


def with_slip(name: str, chance: random.Random) -> str:
    """A letter left out, doubled, or exchanged with the next; not the first."""
    place = chance.randrange(1, len(name) - 1)
    here, there = name[place], name[place + 1]
    return name[:place] + chance.choice(["", here * 2, there + here]) + name[place + 1 :]


def _some(runtime: Runtime, count: int, chance: random.Random) -> list[Any]:
    e = tables.enterprises
    with runtime.engine.connect() as connection:
        total = connection.execute(sa.select(sa.func.count()).select_from(e)).scalar_one()
        percent = min(100.0, 100 * 50 * count / total)
        sampled = e.tablesample(percent, name="sampled")
        return chance.choices(list(connection.execute(sa.select(sampled.c.bce_number, sampled.c.name))), k=count)


def _timed(runtime: Runtime, query: str) -> float:
    began = time.perf_counter()
    queries.search_enterprises(DelegationWork(runtime), query=query, most=10)
    return (time.perf_counter() - began) * 1000


def _runtime() -> Runtime:
    return build_runtime(DelegationService, DelegationSettings.load())


if __name__ == "__main__":
    choose(take=take, search=search)
