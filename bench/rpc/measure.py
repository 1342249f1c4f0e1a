"""Ours, which checks a statement and counts, beside py-amqp by hand, stock nameko and FastStream, which do not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

from bench import chassis, figures, peers, results
from bench.ground import Ground
from bench.profile import Profile, record
from bench.programs import Program, Server, ask
from bench.results import Result
from bench.rounds import Options, take_turns

LENGTH = 200
AT_ONCE = 20

SAYS = [
    "Answers of 200 bytes, transient requests and replies, over one RabbitMQ; caller and server are processes of "
    "their own. Ours checks the signature, the term and the session of an actor's statement and keeps its metrics; "
    "the others check nothing.",
    "The caller of ours is an eventlet-patched process with `chassis.rpc.RpcClient`, as the portal is one; the floor "
    "is py-amqp in one thread on either side, 20 at a time by sending the next request when an answer has come.",
    "nameko's standalone client is single-threaded, so it has no figure for 20 at a time.",
]


def measure(ground: Ground, options: Options) -> tuple[list[Result], dict[str, Any]]:
    with _serving(ground) as servers:
        parties = _callers(ground, options)
        told = take_turns({name: partial(_ask, ground, options, name) for name in parties}, options.rounds, _summary)
        profiles = _profiles(ground, options, servers["ours"].pid) if options.profile else []
    return _results(told), {"says": SAYS, "profiles": [profile.as_json() for profile in profiles]}


@contextmanager
def _serving(ground: Ground) -> Iterator[dict[str, Server]]:
    uri = {"amqp_uri": ground.amqp_uri}
    environment, url = chassis.environment(ground, "PROBE", chassis.migrated_database(ground, "probe"))
    programs = {
        "ours": Program(module="bench.rpc.ours", verb="serve", settings={}, environment=environment, url=url),
        "floor": Program(module="bench.rpc.floor", verb="serve", settings=uri),
        "nameko": Program(module="bench.rpc.nameko_peer", verb="serve", settings={**uri, "count": AT_ONCE}),
        "FastStream": Program(module="bench.rpc.faststream_peer", verb="serve", settings=uri, python=peers.bring()),
    }
    servers = {name: Server(program, ground.directory / f"rpc-{name}.log") for name, program in programs.items()}
    try:
        for server in servers.values():
            server.start()
        yield servers
    finally:
        for server in servers.values():
            server.stop()


def _callers(ground: Ground, options: Options) -> dict[str, Program]:
    load = {"amqp_uri": ground.amqp_uri, "length": LENGTH, "seconds": options.seconds, "count": AT_ONCE}
    nameko = "bench.rpc.nameko_peer"
    ours = {**load, "actor": chassis.actor_statement(ground, uuid4())}
    return {
        "ours": Program(module="bench.rpc.ours", verb="call", settings=ours),
        "floor": Program(module="bench.rpc.floor", verb="call", settings=load),
        "nameko in-service": Program(module=nameko, verb="call_in_service", settings=load),
        "nameko standalone": Program(module=nameko, verb="call_standalone", settings=load),
        "FastStream": Program(module="bench.rpc.faststream_peer", verb="call", settings=load, python=peers.bring()),
    }


def _ask(ground: Ground, options: Options, name: str) -> Any:
    # With a new statement each time: it holds for five minutes.
    return ask(_callers(ground, options)[name])


def _summary(told: dict[str, Any]) -> str:
    one = told["one"]
    shown = "one at a time p50 {:6.2f}  p95 {:6.2f}  p99 {:6.2f} ms".format(
        *(figures.percentile(one, percent) for percent in figures.PERCENTILES)
    )
    return shown + (f"   {AT_ONCE} at a time {told['many']['per_second']:7.0f}/s" if "many" in told else "")


def _results(told: dict[str, list[Any]]) -> list[Result]:
    rows = []
    for percent in figures.PERCENTILES:
        ones = {
            name: figures.percentile_of_rounds([answer["one"] for answer in answers], percent)
            for name, answers in told.items()
        }
        rows.append(_row(f"one at a time, p{percent}", "ms", ones))
    with_many = {name: [answer["many"] for answer in answers] for name, answers in told.items() if "many" in answers[0]}
    rates = {
        name: figures.median_of_rounds([many["per_second"] for many in answers]) for name, answers in with_many.items()
    }
    rows.append(_row(f"{AT_ONCE} at a time", "calls/s", rates))
    for percent in figures.PERCENTILES:
        many = {
            name: figures.percentile_of_rounds([many["ms"] for many in answers], percent)
            for name, answers in with_many.items()
        }
        rows.append(_row(f"{AT_ONCE} at a time, p{percent}", "ms", many))
    return rows


def _row(case: str, unit: str, by_party: dict[str, float]) -> Result:
    ours, floor = by_party["ours"], by_party["floor"]
    others = {name: value for name, value in by_party.items() if name not in ("ours", "floor")}
    return results.result("rpc", case, unit, ours=ours, floor=floor, peers=others)


def _profiles(ground: Ground, options: Options, server_pid: int) -> list[Profile]:
    """The serving process while it is called, first one at a time, then 20 at a time."""
    profiles = []
    for case, count in (("one at a time", 1), (f"{AT_ONCE} at a time", AT_ONCE)):
        caller = _callers(ground, options)["ours"]
        settings = {**caller.settings, "count": count, "seconds": 4.0}
        program = Program(module=caller.module, verb="call", settings=settings)
        profiles.append(
            record(f"rpc, the serving process, {case}", server_pid, partial(ask, program), ground.directory)
        )
    return profiles
