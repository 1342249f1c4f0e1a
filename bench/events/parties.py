"""Who takes part: each with a database for causes, one for effects, a listener that stays and a way to write causes."""

from __future__ import annotations

import json
import sys
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psycopg

from bench import chassis, commits, peers
from bench.causes import CAUSES, EFFECTS
from bench.commits import Lapse
from bench.ground import Ground
from bench.programs import TOLD_WITHIN, Program, Server, ask, running

WARM_UP = 100
PEERS = {"nameko": "nameko_peer", "Celery": "celery_peer", "FastStream": "faststream_peer"}


@dataclass(frozen=True, kw_only=True)
class Party:
    """``cause(count, per_second)`` returns when all causes are committed. ``servers``: what stays."""

    name: str
    causes_url: str
    effects_url: str
    servers: dict[str, Server]
    cause: Callable[[int, float | None], object]

    def measure(self, count: int, per_second: float | None) -> Lapse:
        """``count`` causes, after some that are not counted: most begin with a process of their own."""
        commits.forget(self.causes_url, self.effects_url)
        self.cause(WARM_UP + count, per_second)
        try:
            commits.wait_for_effects(self.effects_url, WARM_UP + count)
        except TimeoutError as lost:
            told = "\n".join(server.told() for server in self.servers.values())
            raise RuntimeError(f"{self.name}: {lost}\n{told}") from lost
        return commits.lapse(self.causes_url, self.effects_url, warm_up=WARM_UP)


@contextmanager
def all_parties(ground: Ground) -> Iterator[dict[str, Party]]:
    with ExitStack() as stack:
        parties = [stack.enter_context(ours(ground)), stack.enter_context(by_program(ground, "floor", "floor"))]
        parties += [stack.enter_context(by_program(ground, name, module)) for name, module in PEERS.items()]
        yield {party.name: party for party in parties}


@contextmanager
def ours(ground: Ground) -> Iterator[Party]:
    with ours_on(ground, *databases(ground, "ours", migrated=True)) as party:
        yield party


@contextmanager
def ours_on(
    ground: Ground, causes_url: str, effects_url: str, parts: Sequence[str] = ("causes", "effects")
) -> Iterator[Party]:
    """Both services, or one of them alone, on databases that are there already."""
    environments = {
        "causes": chassis.environment(ground, "CAUSE", causes_url),
        "effects": chassis.environment(ground, "EFFECT", effects_url),
    }
    servers = {
        part: Server(
            Program(
                module="bench.events.ours",
                verb=f"serve_{part}",
                settings={},
                environment=environments[part][0],
                url=environments[part][1],
            ),
            ground.directory / f"events-ours-{part}.log",
        )
        for part in parts
    }
    with running(servers):
        cause = partial(_post, f"{environments['causes'][1]}/causes")
        yield Party(name="ours", causes_url=causes_url, effects_url=effects_url, servers=servers, cause=cause)


@contextmanager
def by_program(ground: Ground, name: str, module: str) -> Iterator[Party]:
    """The floor or a peer: its listener stays, its causes are written by a program that ends."""
    causes_url, effects_url = databases(ground, module, migrated=name == "floor")
    python = peers.bring() if name in ("Celery", "FastStream") else Path(sys.executable)

    def program(verb: str, database_url: str, **more: float | None) -> Program:
        settings = {"amqp_uri": ground.amqp_uri, "database_url": database_url, **more}
        return Program(module=f"bench.events.{module}", verb=verb, settings=settings, python=python)

    def cause(count: int, per_second: float | None) -> None:
        ask(program("cause", causes_url, count=count, per_second=per_second))

    servers = {"effects": Server(program("listen", effects_url), ground.directory / f"events-{module}.log")}
    with running(servers):
        yield Party(name=name, causes_url=causes_url, effects_url=effects_url, servers=servers, cause=cause)


def databases(ground: Ground, name: str, *, migrated: bool) -> tuple[str, str]:
    urls = []
    for part, table in (("causes", CAUSES), ("effects", EFFECTS)):
        make = partial(chassis.migrated_database, ground) if migrated else ground.database
        urls.append(url := make(f"{name}_{part}"))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(table)
    return urls[0], urls[1]


def _post(url: str, count: int, per_second: float | None) -> None:
    body = json.dumps({"count": count, "per_second": per_second}).encode()
    urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST"), timeout=TOLD_WITHIN).close()
