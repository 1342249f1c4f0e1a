"""The same services on a database with a month behind it and a backlog before it, and on an empty one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from bench import commits, figures, results
from bench.events.measure import STEADY
from bench.events.parties import databases, ours_on
from bench.ground import Ground
from bench.growth import backlog, plans
from bench.results import Result
from bench.rounds import Options, take_turns
from bench.rpc.floor import connect

BATCH = 500  # of the relay
GIVEN_UP_AFTER = 300.0  # seconds

SAYS = [
    "Ours twice: with rows sent and done over the last month in outbox and inbox, and (as *floor*) in a database that "
    "is empty but for what is measured. `relay`: from one batch of 500 that is sent, confirmed and marked to the next, "
    "while 100,000 wait (10,000 in the empty one), without a listener at work: what a new event waits for beside those "
    "before it. `reaction`: time for each while "
    "100,000 are due (1,000 in the empty one). PostgreSQL's commit times are compared.",
    "The plans are those of the chassis' own statements in the running services (`auto_explain`, a run of its own). "
    "Rows past their term leave a thousand at a time (`chassis/outbox/upkeep.py`, `chassis/inbox/upkeep.py`); "
    "`tests/integration/chassis/bus/test_upkeep.py` shows that meanwhile nobody is kept out.",
]


@dataclass(frozen=True, kw_only=True)
class Size:
    kept: int
    pending: int
    due: int
    batches: int = 20
    reactions: int = 1000


@dataclass(frozen=True, kw_only=True)
class Party:
    name: str
    causes_url: str
    effects_url: str
    size: Size

    @property
    def urls(self) -> tuple[str, str]:
        return self.causes_url, self.effects_url


def measure(ground: Ground, options: Options) -> tuple[list[Result], dict[str, Any]]:
    sizes = _sizes(options)
    parties = {name: _party(ground, name, size) for name, size in sizes.items()}
    steady = STEADY * (2 if options.quick else 5)
    measures = {name: partial(_all, ground, party, steady) for name, party in parties.items()}
    told = take_turns(measures, options.rounds, _summary)
    tables = {"Plans, and the pages of 8 kB that they touched": plans.table(*_plans(ground, parties))}
    return results_of(told), {"says": SAYS, "tables": tables}


def _sizes(options: Options) -> dict[str, Size]:
    if options.quick:
        return {
            "full": Size(kept=50_000, pending=10_000, due=10_000, batches=6, reactions=200),
            "empty": Size(kept=0, pending=3000, due=200, batches=6, reactions=200),
        }
    return {
        "full": Size(kept=1_000_000, pending=100_000, due=100_000),
        "empty": Size(kept=0, pending=10_000, due=1000),
    }


def _party(ground: Ground, name: str, size: Size) -> Party:
    causes_url, effects_url = databases(ground, f"growth_{name}", migrated=True)
    if size.kept:
        began = time.monotonic()
        backlog.add(causes_url, backlog.SENT, size.kept)
        backlog.add(effects_url, backlog.DONE, size.kept)
        print(f"  {size.kept:,} rows in outbox and inbox, made in {time.monotonic() - began:.0f} s", flush=True)
    return Party(name=name, causes_url=causes_url, effects_url=effects_url, size=size)


def _all(ground: Ground, party: Party, steady: int) -> dict[str, Any]:
    with ours_on(ground, *party.urls) as services:
        services.measure(50, None)
        events = services.measure(steady, STEADY).ms
        rate = services.measure(steady, None).per_second
    return {"events": events, "rate": rate, "relay": _relay(ground, party), "reactions": _reactions(ground, party)}


def _relay(ground: Ground, party: Party) -> list[float]:
    backlog.add(party.causes_url, backlog.PENDING, party.size.pending)
    since = datetime.now(UTC)
    with ours_on(ground, *party.urls, parts=["causes"]):
        _wait_until(partial(backlog.count_sent, party.causes_url, since), party.size.batches * BATCH)
    times = backlog.batch_times(party.causes_url, since)
    backlog.clear(party.causes_url)
    _purge(ground)
    # The first goes before the connections are warm.
    return times[1:]


def _reactions(ground: Ground, party: Party) -> list[float]:
    commits.forget(*party.urls)
    backlog.add(party.effects_url, backlog.DUE, party.size.due)
    with ours_on(ground, *party.urls, parts=["effects"]):
        _wait_until(partial(backlog.count_effects, party.effects_url), party.size.reactions)
    times = backlog.reaction_times(party.effects_url)
    backlog.clear(party.effects_url)
    return times[1:]


def _plans(ground: Ground, parties: dict[str, Party]) -> list[list[plans.Plan]]:
    """Of a shorter run, in which PostgreSQL explains all it does."""
    found = []
    for name, party in parties.items():
        tables_of = {f"growth_{name}_causes": "outbox", f"growth_{name}_effects": "inbox"}
        for database in tables_of:
            ground.configure(database, plans.SETTINGS)
        begins = ground.database_log.stat().st_size
        _all(ground, party, steady=STEADY)
        for database in tables_of:
            ground.configure(database, {})
        log = ground.database_log.read_bytes()[begins:].decode(errors="replace")
        found.append([plan for database, table in tables_of.items() for plan in plans.plans_in(log, database, table)])
    return found


def _purge(ground: Ground) -> None:
    connection = connect(ground.amqp_uri)
    connection.channel().queue_purge("effect.inbox")
    connection.close()


def _wait_until(count: Callable[[], int], wanted: int) -> None:
    ends = time.monotonic() + GIVEN_UP_AFTER
    while (there := count()) < wanted:
        if time.monotonic() > ends:
            raise TimeoutError(f"{there} of {wanted} after {GIVEN_UP_AFTER:g} s")
        time.sleep(0.1)


def _summary(told: dict[str, Any]) -> str:
    return (
        f"event p50 {figures.percentile(told['events'], 50):6.2f} ms   {told['rate']:5.0f}/s   "
        f"batch p50 {figures.percentile(told['relay'], 50):6.1f} ms   "
        f"reaction p50 {figures.percentile(told['reactions'], 50):6.2f} ms"
    )


def results_of(told: dict[str, list[dict[str, Any]]]) -> list[Result]:
    rows = [
        _row(f"event at {STEADY}/s, 1 M rows kept, p{percent}", "ms", _percentiles(told, "events", percent))
        for percent in figures.PERCENTILES
    ]
    rates = {name: figures.median_of_rounds([answer["rate"] for answer in rounds]) for name, rounds in told.items()}
    rows.append(_row("highest event rate, 1 M rows kept", "events/s", rates))
    for case, kind in (
        ("relay, 1 M rows kept and 100 k pending", "relay"),
        ("reaction, 100 k due", "reactions"),
    ):
        rows += [
            _row(f"{case}, p{percent}", "ms", _percentiles(told, kind, percent)) for percent in figures.PERCENTILES
        ]
    rows.append(_row("relay, 1 M rows kept and 100 k pending, rate", "events/s", _relayed(told)))
    return rows


def _relayed(told: dict[str, list[dict[str, Any]]]) -> dict[str, float]:
    rates = {name: [BATCH * 1000 * len(a["relay"]) / sum(a["relay"]) for a in rounds] for name, rounds in told.items()}
    return {name: figures.median_of_rounds(of_rounds) for name, of_rounds in rates.items()}


def _percentiles(told: dict[str, list[dict[str, Any]]], kind: str, percent: int) -> dict[str, float]:
    return {
        name: figures.percentile_of_rounds([answer[kind] for answer in rounds], percent)
        for name, rounds in told.items()
    }


def _row(case: str, unit: str, by_party: dict[str, float]) -> Result:
    return results.result("growth", case, unit, ours=by_party["full"], floor=by_party["empty"])
