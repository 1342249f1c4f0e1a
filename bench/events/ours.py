"""Two services on the chassis: one writes causes and announces them, the other writes an effect for each it hears."""

from __future__ import annotations

from bench import green  # noqa: F401  isort: skip

import json
import sys
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from werkzeug.wrappers import Request, Response

from bench.causes import WORDS, Write, write_all
from bench.verbs import choose
from chassis.bus.traces import ensure_traceparent
from chassis.doors import Heard, Service, Tick, hears, http
from chassis.launcher import run
from chassis.settings import DatabaseSettings
from contracts.events import Event

_tables = sa.MetaData()
causes = sa.Table("causes", _tables, sa.Column("cause_id", sa.UUID, primary_key=True), sa.Column("words", sa.Text))
effects = sa.Table("effects", _tables, sa.Column("cause_id", sa.UUID), sa.Column("words", sa.Text))


@dataclass(frozen=True, kw_only=True)
class Caused(Event):
    publisher: ClassVar[str] = "cause"
    type: ClassVar[str] = "caused"
    subject_id: ClassVar[str] = "cause_id"
    listeners: ClassVar[tuple[str, ...]] = ("effect",)

    cause_id: UUID
    words: str


@dataclass(frozen=True, kw_only=True)
class CauseSettings(DatabaseSettings):
    service: ClassVar[str] = "cause"


@dataclass(frozen=True, kw_only=True)
class EffectSettings(DatabaseSettings):
    service: ClassVar[str] = "effect"


class CauseService(Service):
    name = "cause"
    settings_class = CauseSettings

    @http("POST", "/causes")
    def write_causes(self, tick: Tick, request: Request) -> Response:
        """{"count", "per_second"}; answers when all are committed."""
        runtime: Any = tick.runtime

        def write(cause_id: UUID) -> None:
            with runtime.work_class(runtime, traceparent=ensure_traceparent()) as work:
                work.execute(sa.insert(causes).values(cause_id=cause_id, words=WORDS))
                work.announce(Caused(cause_id=cause_id, words=WORDS, version=1, occurred_at=runtime.now()))

        def open_writer() -> Write:
            return write

        write_all(open_writer, **json.loads(request.get_data()))
        return Response(status=204)


class EffectService(Service):
    name = "effect"
    settings_class = EffectSettings

    @hears(Caused)
    def on_caused(self, heard: Heard) -> None:
        heard.work.execute(sa.insert(effects).values(cause_id=heard.event.cause_id, words=heard.event.words))


def serve_causes() -> None:
    sys.exit(run([CauseService]))


def serve_effects() -> None:
    sys.exit(run([EffectService]))


if __name__ == "__main__":
    choose(serve_causes=serve_causes, serve_effects=serve_effects)
