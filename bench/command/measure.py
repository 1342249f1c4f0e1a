"""A command that is stored, remembered and announced, beside its statements by hand and a stock service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import uuid4

from bench import calls, chassis
from bench.calls import AT_ONCE
from bench.command.office import PEOPLE, open_office
from bench.ground import Ground
from bench.profile import Profile, record
from bench.programs import Program, Server, ask, running
from bench.results import Result
from bench.rounds import Options, take_turns

WARM_UP = 50
SAYS = [
    "Each call asks for a role in another of 5,000 enterprises and is answered when the request is committed: one "
    "transaction with eleven statements on every side but nameko's, after one that counts how often somebody asked. "
    "Databases are made by delegation's own migrations.",
    "The floor makes delegation's statements, as PostgreSQL logged them, by psycopg behind the RPC floor: memory of "
    "the command, look-ups, role request, outbox; ten threads, as delegation has ten connections; and a relay that "
    "sends what was announced, as ours does meanwhile. It checks no statement, no argument and no rule.",
    "**nameko does less**: the look-ups and the role request by SQLAlchemy's ORM, one commit, and the event "
    "dispatched after it; no memory of the command, no outbox, no signatures.",
    "One serving process is at most one processor, so at 20 at a time the rate is what a call costs the service (the "
    "table below). The statements alone, by psycopg on green threads, cost as much as the whole of the floor; "
    "SQLAlchemy's ORM costs more than that again, and is what keeps rules and tables apart. More replicas serve more.",
]


def measure(ground: Ground, options: Options) -> tuple[list[Result], dict[str, Any]]:
    with _serving(ground) as servers:
        told = take_turns(
            {name: partial(_ask, ground, options.seconds, name) for name in servers}, options.rounds, calls.summary
        )
        ask_each = {name: partial(_ask, ground, options.seconds, name) for name in servers}
        tables = {"What it costs, and whom": calls.costs(ask_each, servers, WARM_UP)}
        profiles = [_profile(ground, servers["ours"].pid)] if options.profile else []
    told_beside = {"says": SAYS, "tables": tables, "profiles": [profile.as_json() for profile in profiles]}
    return calls.rows("command", told), told_beside


@contextmanager
def _serving(ground: Ground) -> Iterator[dict[str, Server]]:
    urls = {name: chassis.migrated_database(ground, f"command_{name}") for name in ("ours", "floor", "nameko")}
    for url in urls.values():
        open_office(url)
    environment, health = chassis.delegation_environment(ground, urls["ours"])
    programs = {
        "ours": Program(module="bench.command.ours", verb="serve", settings={}, environment=environment, url=health),
        "floor": _by_hand(ground, "floor", urls["floor"]),
        "nameko": _by_hand(ground, "nameko_peer", urls["nameko"]),
    }
    servers = {name: Server(program, ground.directory / f"command-{name}.log") for name, program in programs.items()}
    with running(servers):
        yield servers


def _by_hand(ground: Ground, module: str, database_url: str) -> Program:
    settings = {"amqp_uri": ground.amqp_uri, "database_url": database_url}
    return Program(module=f"bench.command.{module}", verb="serve", settings=settings)


def _ask(ground: Ground, seconds: float, name: str) -> Any:
    """Others each time, who have asked for nothing yet; a statement holds for five minutes."""
    person_ids = [uuid4() for _ in range(PEOPLE)]
    settings = {"amqp_uri": ground.amqp_uri, "seconds": seconds, "count": AT_ONCE}
    if name == "ours":
        statements = [
            (chassis.actor_statement(ground, one), chassis.person_statement(ground, one)) for one in person_ids
        ]
        file = ground.directory / "command-statements.json"
        file.write_text(json.dumps(statements))
        settings["statements_file"] = str(file)
        return ask(Program(module="bench.command.ours", verb="call", settings=settings))
    module = {"floor": "bench.command.floor", "nameko": "bench.command.nameko_peer"}[name]
    return ask(
        Program(module=module, verb="call", settings=settings | {"person_ids": [str(one) for one in person_ids]})
    )


def _profile(ground: Ground, pid: int) -> Profile:
    return record("command, the serving process", pid, partial(_ask, ground, 4.0, "ours"), ground.directory)
