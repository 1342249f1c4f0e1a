"""A service on the chassis, and a caller as the portal is one: an eventlet-patched process with ``RpcClient``."""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Protocol
from uuid import uuid4

import marshmallow as ma

from bench import load
from bench.chassis import LASTS
from bench.verbs import choose
from chassis.doors import Call, QuerySchema, Service, rpc
from chassis.launcher import run
from chassis.rpc import RpcClient
from chassis.settings import DatabaseSettings
from chassis.statements import Actor, Signer

STRANGERS = 2000


class Probe(Protocol):
    def answer(self, *, length: int) -> str: ...


class _Answer(QuerySchema):
    length = ma.fields.Integer(required=True)


@dataclass(frozen=True, kw_only=True)
class ProbeSettings(DatabaseSettings):
    service: ClassVar[str] = "probe"


class ProbeService(Service):
    name = "probe"
    settings_class = ProbeSettings

    @rpc(_Answer)
    def answer(self, call: Call, *, length: int) -> str:
        return "x" * length


def serve() -> None:
    sys.exit(run([ProbeService]))


def call(amqp_uri: str, actor: str, key_file: str, length: int, seconds: float, count: int) -> dict[str, Any]:
    with RpcClient(amqp_uri, "bench") as client:
        probe = client.at(Probe, actor=actor)
        told = load.both(lambda: probe.answer(length=length), seconds=seconds, count=count)
        strangers = [client.at(Probe, actor=statement) for statement in _statements(Path(key_file), STRANGERS)]
        told["new"] = load.one_at_a_time(lambda: strangers.pop().answer(length=length), seconds, most=STRANGERS)
        return told


def _statements(key_file: Path, count: int) -> list[str]:
    """Each of somebody else."""
    signer, now = Signer("identity", key_file), datetime.now(UTC)
    actors = (Actor(person_id=uuid4(), session_id=uuid4(), level=400, roles=[]) for _ in range(count))
    return [signer.sign("actor", actor, now=now, lasts=LASTS) for actor in actors]


if __name__ == "__main__":
    choose(serve=serve, call=call)
