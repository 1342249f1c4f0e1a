"""A full set of two million, the same again, an update of it; and searches in what they left."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from bench import chassis, figures, results
from bench.ground import Ground
from bench.import_ import floor
from bench.programs import Program, ask
from bench.results import Result
from bench.rounds import Options, take_turns
from tests.support import kbo

TAKEN_WITHIN = 3600.0  # seconds
SEARCHES = 60
# Of so many, one changes from one day to the next.
ONE_IN = 200

KINDS = ("number", "beginning of a number", "beginning of a name", "last word", "slip")
SAYS = [
    "Invented sets with the columns of the real ones (`tests/support/kbo.py`): two million enterprises, of which six "
    "in ten have a seat, half an establishment, a fifth a second name. Ours reads the files, compares with what is "
    "there, and stores what is new, with its names folded and indexed for the search, some thousands in each "
    "transaction. The floor copies the rows that ours left into the same empty tables with the same indexes: it reads "
    "no CSV, checks, folds and compares nothing, and does it in one transaction. One round: it takes minutes.",
    "`peak memory`: resident, of the importing process; as *floor*, of an import of a tenth: it must not grow with "
    "the set. `update`: one enterprise in 200 is renamed or moves.",
    "Searches are delegation's own query, without the bus, one after the other, of enterprises picked at random: by "
    "the whole number, its first seven digits, the first two thirds of the name, its last word, and the whole name "
    "with a letter left out, doubled or exchanged.",
]


@dataclass(frozen=True, kw_only=True)
class Took:
    """``seconds`` and peak memory (MB) of ours for the large set, the small one, the large again and an update."""

    count: int
    seconds: dict[str, float]
    peaks: dict[str, float]
    floor: float


def measure(ground: Ground, options: Options) -> tuple[list[Result], dict[str, Any]]:
    count = 20_000 if options.quick else 2_000_000
    url = chassis.migrated_database(ground, "import_large")
    took = _take_all(ground, url, count)
    with psycopg.connect(url, autocommit=True) as database:
        # As the autovacuum leaves them, some minutes later.
        database.execute("VACUUM ANALYZE enterprises, establishments, enterprise_names")
    seeds = iter(range(1, 1000))
    search = partial(_search, ground, url, seeds)
    told = take_turns({"ours": search}, options.rounds, _summary)["ours"]
    return results_of(took, told), {"says": SAYS, "tables": {"Sizes": _sizes(url)}}


def _take_all(ground: Ground, url: str, count: int) -> Took:
    sets = ground.directory / "kbo"
    large = _made(sets / "large", count)
    small = _made(sets / "small", count // 10)
    update = _update(sets / "update", count)
    small_url = chassis.migrated_database(ground, "import_small")
    steps = {"small": (small_url, small), "large": (url, large), "again": (url, large), "update": (url, update)}
    told = {}
    for step, (database_url, directory) in steps.items():
        told[step] = _ours(ground, database_url, "take", directory=str(directory))
        print(
            f"  {step:<8} {told[step]['took']:7.1f} s  {told[step]['peak']:.0f} MB  {told[step]['count']}", flush=True
        )
        if step == "large":
            floor.keep(url, sets / "rows")
    by_hand = floor.take(chassis.migrated_database(ground, "import_floor"), sets / "rows")
    print(f"  floor    {by_hand:7.1f} s", flush=True)
    shutil.rmtree(sets)
    return Took(
        count=count,
        seconds={step: answer["took"] for step, answer in told.items()},
        peaks={step: answer["peak"] for step, answer in told.items()},
        floor=by_hand,
    )


def _made(directory: Path, count: int) -> Path:
    began = time.monotonic()
    kbo.full(directory, kbo.grow(count))
    print(f"  a set of {count:,} made in {time.monotonic() - began:.0f} s", flush=True)
    return directory


def _update(directory: Path, count: int) -> Path:
    before = [firm for place, firm in enumerate(kbo.grow(count)) if place % ONE_IN == 0]
    after = [
        replace(firm, names=(("1", "001", f"Nouvelle {firm.names[0][2]}"),))
        if place % 2
        else replace(firm, street="Rue Neuve")
        for place, firm in enumerate(before)
    ]
    return kbo.update(directory, before, after)


def _search(ground: Ground, url: str, seeds: Any) -> dict[str, list[float]]:
    told: dict[str, list[float]] = _ours(ground, url, "search", count=SEARCHES, seed=next(seeds))
    return told


def _ours(ground: Ground, url: str, verb: str, **settings: Any) -> Any:
    environment, _ = chassis.delegation_environment(ground, url)
    program = Program(module="bench.import_.ours", verb=verb, settings=settings, environment=environment)
    return ask(program, within=TAKEN_WITHIN)


def _summary(told: dict[str, list[float]]) -> str:
    return "   ".join(f"{kind} {figures.percentile(ms, 50):.1f} ms" for kind, ms in told.items())


def _sizes(url: str) -> list[list[str]]:
    statement = """
        SELECT relname, reltuples::bigint, pg_size_pretty(pg_table_size(oid)), pg_size_pretty(pg_indexes_size(oid))
        FROM pg_class WHERE relname = ANY(%s) ORDER BY pg_table_size(oid) DESC
    """
    with psycopg.connect(url) as database:
        rows = database.execute(statement, [list(floor.TABLES)]).fetchall()
    return [["table", "rows", "size", "indexes"], *([name, f"{count:,}", *sizes] for name, count, *sizes in rows)]


def results_of(took: Took, told: list[dict[str, list[float]]]) -> list[Result]:
    row = partial(results.result, "import")
    rates = {"ours": took.count / took.seconds["large"], "floor": took.count / took.floor}
    rows = [
        row("a full set of 2 M", "enterprises/s", **rates),
        row("a full set of 2 M", "s", ours=took.seconds["large"], floor=took.floor),
        row("the same set again", "s", ours=took.seconds["again"], floor=None),
        row("an update of 10 k", "s", ours=took.seconds["update"], floor=None),
        row("peak memory, 2 M beside 200 k", "MB", ours=took.peaks["large"], floor=took.peaks["small"]),
    ]
    for kind in KINDS:
        for percent in figures.PERCENTILES:
            ms = figures.percentile_of_rounds([answer[kind] for answer in told], percent)
            rows.append(row(f"search, {kind}, p{percent}", "ms", ours=ms, floor=None))
    return rows
