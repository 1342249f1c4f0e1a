"""The highest rate, and the time that one event takes while a hundred a second come."""

from __future__ import annotations

from functools import partial
from typing import Any

from bench import broker, figures, processor, results
from bench.commits import Lapse
from bench.events.parties import WARM_UP, Party, all_parties
from bench.ground import Ground
from bench.profile import record
from bench.results import Result
from bench.rounds import Options, take_turns

STEADY = 100  # a second

SAYS = [
    "A cause is committed in one database and its effect in another, each by a process of its own. PostgreSQL's own "
    "commit times are compared (`track_commit_timestamp`; both are taken just before the commit goes to the disk), so "
    "nobody is timed by his own clock. Four write at once and four react at once on every side: in one process each, "
    "but Celery, whose four react in four. The first hundred of each measurement do not count.",
    "Ours and the floor make the same commits: cause and outbox row in one transaction, the mark of what was sent for "
    "each batch (which waits for no disk: if it is forgotten, the batch is sent again), the insert into the inbox for "
    "each batch, and one transaction for each reaction with its effect and its mark; between them a quorum queue, "
    "persistent messages and publisher confirms.",
    "**The peers do less**: nameko, Celery and FastStream have neither outbox nor inbox. They publish after the "
    "commit, so a crash in between loses the event, and a repeated delivery repeats the effect; nameko even "
    "acknowledges what its handler failed to do. Each makes two commits for an event (cause, effect), on a classic "
    "durable queue with persistent messages, confirmed as each does by itself; Celery acknowledges late.",
    "At the highest rate all of the machine's processors are busy, so the rate follows from what an event costs all "
    "who take part in it (the table below). What outbox and inbox add to two commits shows between nameko and the "
    "floor; what nameko, eventlet, SQLAlchemy and psycopg's Python add to it, between the floor and ours.",
]


def measure(ground: Ground, options: Options) -> tuple[list[Result], dict[str, Any]]:
    burst = 500 if options.quick else 2000
    steady = STEADY * (2 if options.quick else 5)
    with all_parties(ground) as parties:
        for party in parties.values():
            party.measure(100, None)
        measures = {name: partial(_both, party, burst, steady) for name, party in parties.items()}
        told = take_turns(measures, options.rounds, _summary)
        tables = {
            "What it costs, and whom": processor.table(_spent(parties, burst), "event"),
            "What the broker itself costs": broker.cost(ground.amqp_uri),
        }
        profiles = _profiles(ground, parties["ours"], burst) if options.profile else []
    rows = results_of(told)
    return rows, {"says": [*SAYS, _floor_beside_nameko(rows[0])], "tables": tables, "profiles": profiles}


def _both(party: Party, burst: int, steady: int) -> dict[str, Lapse]:
    return {"highest": party.measure(burst, None), "steady": party.measure(steady, STEADY)}


def _summary(told: dict[str, Lapse]) -> str:
    shown = [figures.percentile(told["steady"].ms, percent) for percent in figures.PERCENTILES]
    return "highest {:6.0f}/s   at {}/s p50 {:6.2f}  p95 {:6.2f}  p99 {:6.2f} ms".format(
        told["highest"].per_second, STEADY, *shown
    )


def results_of(told: dict[str, list[dict[str, Lapse]]]) -> list[Result]:
    rates = {
        name: figures.median_of_rounds([answer["highest"].per_second for answer in answers])
        for name, answers in told.items()
    }
    rows = [_row("highest rate", "events/s", rates)]
    for percent in figures.PERCENTILES:
        times = {
            name: figures.percentile_of_rounds([answer["steady"].ms for answer in answers], percent)
            for name, answers in told.items()
        }
        rows.append(_row(f"at {STEADY}/s, p{percent}", "ms", times))
    return rows


def _row(case: str, unit: str, by_party: dict[str, float]) -> Result:
    others = {name: value for name, value in by_party.items() if name not in ("ours", "floor")}
    return results.result("events", case, unit, ours=by_party["ours"], floor=by_party["floor"], peers=others)


def _floor_beside_nameko(rate: Result) -> str:
    assert rate.floor is not None
    return (
        f"The floor itself does {rate.floor / rate.peers['nameko']:.2f} × what nameko does: with outbox and inbox "
        "kept, no more than that is to be had of these statements."
    )


def _spent(parties: dict[str, Party], burst: int) -> dict[str, tuple[dict[str, float], int]]:
    """At the highest rate. Only ours causes in a process that stays, so only its share is known."""
    spent = {}
    for name, party in parties.items():
        pids = {f"the service of the {part}": server.pid for part, server in party.servers.items()}
        spent[name] = (processor.spent(partial(party.measure, burst, None), pids), WARM_UP + burst)
    return spent


def _profiles(ground: Ground, ours: Party, burst: int) -> list[dict[str, Any]]:
    """Of the causing and of the reacting process at the highest rate."""
    return [
        record(
            f"events at the highest rate, the process of the {part}",
            server.pid,
            partial(ours.measure, burst, None),
            ground.directory,
        ).as_json()
        for part, server in ours.servers.items()
    ]
