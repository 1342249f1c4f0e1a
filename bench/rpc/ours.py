"""A service on the chassis, and a caller as the portal is one: an eventlet-patched process with ``RpcClient``."""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

import sys
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import marshmallow as ma

from bench import load
from bench.verbs import choose
from chassis.doors import Call, QuerySchema, Service, rpc
from chassis.launcher import run
from chassis.rpc import RpcClient
from chassis.settings import DatabaseSettings


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


def call(amqp_uri: str, actor: str, length: int, seconds: float, count: int) -> dict[str, Any]:
    with RpcClient(amqp_uri, "bench") as client:
        probe = client.at(Probe, actor=actor)
        return load.both(lambda: probe.answer(length=length), seconds=seconds, count=count)


if __name__ == "__main__":
    choose(serve=serve, call=call)
