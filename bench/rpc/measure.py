"""Ours, which checks a statement and counts, beside py-amqp by hand, stock nameko and FastStream, which do not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

from bench import broker, calls, chassis, load, peers
from bench.calls import AT_ONCE
from bench.ground import Ground
from bench.profile import Profile, record
from bench.programs import Program, Server, ask, running
from bench.results import Result
from bench.rounds import Options, take_turns

LENGTH = 200

SAYS = [
    "Answers of 200 bytes over one RabbitMQ, without TLS; caller and server are processes of their own. Ours checks "
    "the signature, the term and the session of an actor's statement and keeps its metrics; the others check nothing. "
    "A process verifies the signature of a statement that it sees again only once; the case *new statement* sends "
    "another with each call.",
    "The caller of ours is an eventlet-patched process with `chassis.rpc.RpcClient`, as the portal is one; the floor "
    "is py-amqp in one thread on either side, 20 at a time by sending the next request when an answer has come.",
    "The peers are as they come. nameko sends requests and replies persistent and confirmed, FastStream confirmed; "
    "ours and the floor send them transient and unconfirmed: a caller who gets no answer asks again. nameko's "
    "standalone client is for one thread, so it has no figure for 20 at a time; FastStream's lets one request after "
    "the other through a lock, so 20 at a time wait for one another.",
    "What ours does more than the floor (statement, session, deadline, metrics, trace, green threads) is processor "
    "time, 0.45 to 0.65 ms a call on the machines so far, whatever the floor takes; the floor's own time is mostly "
    "waking three processes on two processors, 0.9 to 1.3 ms on this machine from one run to the next, and 1.8 ms on "
    "others. So one and the same code was measured at 1.1, 1.4 and 1.7 times the floor.",
]


def measure(ground: Ground, options: Options) -> tuple[list[Result], dict[str, Any]]:
    with _serving(ground) as servers:
        asked = {name: partial(_ask, ground, options, name) for name in _callers(ground, options)}
        told = take_turns(asked, options.rounds, calls.summary)
        profiles = _profiles(ground, options, servers["ours"].pid) if options.profile else []
        ask_each = {("nameko" if name == "nameko in-service" else name): ask for name, ask in asked.items()}
        tables = {
            "What it costs, and whom": calls.costs(ask_each, servers, load.WARM_UP),
            "What the broker itself costs": broker.cost(ground.amqp_uri),
        }
    told_beside = {"says": SAYS, "tables": tables, "profiles": [profile.as_json() for profile in profiles]}
    return calls.rows("rpc", told), told_beside


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
    with running(servers):
        yield servers


def _callers(ground: Ground, options: Options) -> dict[str, Program]:
    asking = {"amqp_uri": ground.amqp_uri, "length": LENGTH, "seconds": options.seconds, "count": AT_ONCE}
    key_file = str(ground.keys.signing_key_file("identity"))
    ours = {**asking, "actor": chassis.actor_statement(ground, uuid4()), "key_file": key_file}
    return {
        "ours": Program(module="bench.rpc.ours", verb="call", settings=ours),
        "floor": Program(module="bench.rpc.floor", verb="call", settings=asking),
        "nameko in-service": Program(module="bench.rpc.nameko_peer", verb="call", settings=asking),
        "nameko standalone": Program(module="bench.rpc.nameko_standalone", verb="call", settings=asking),
        "FastStream": Program(module="bench.rpc.faststream_peer", verb="call", settings=asking, python=peers.bring()),
    }


def _ask(ground: Ground, options: Options, name: str) -> Any:
    # With a new statement each time: it holds for five minutes.
    return ask(_callers(ground, options)[name])


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
