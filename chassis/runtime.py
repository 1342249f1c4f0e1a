"""What one service of this process shares among its calls."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from chassis.audit import TrailSigner
from chassis.clock import Clock, process_clock
from chassis.database import Work, connect
from chassis.outbox import Outbox
from chassis.settings import DatabaseSettings, ServiceSettings
from chassis.statements import Verifier

if TYPE_CHECKING:
    from chassis.doors import Door


@dataclass
class Runtime:
    """``gateways`` is what the service's ``open_gateways`` made of the settings: its neighbours, keys, scanners.
    ``digest_key``: see ``Door.digest_key``."""

    name: str
    settings: ServiceSettings
    clock: Clock
    verifier: Verifier
    work_class: type[Work]
    outbox: Outbox = field(default_factory=Outbox)
    gateways: Any = None
    digest_key: bytes | None = None
    # Of a service with a database.
    trail_signer: TrailSigner = field(init=False)
    wakers: dict[str, list[Callable[[], None]]] = field(default_factory=lambda: defaultdict(list))
    # This process was asked to stop: who takes one thing after the other takes no more.
    is_stopping: bool = False
    # What stands between the service and being ready: {part: why}. Health shows it.
    away: dict[str, str] = field(default_factory=dict)

    @functools.cached_property
    def engine(self) -> sa.Engine:
        assert isinstance(self.settings, DatabaseSettings)
        return connect(self.settings.database_url, pool=self.settings.database_pool, name=self.name)

    def now(self) -> datetime:
        return self.clock.now()

    def wake(self, timer: str) -> None:
        for waker in self.wakers[timer]:
            waker()


def build_runtime(service: type[Door], settings: ServiceSettings) -> Runtime:
    clock = process_clock(settings.now)
    runtime = Runtime(
        name=service.name,
        settings=settings,
        clock=clock,
        verifier=Verifier(settings.statement_keys_file),
        work_class=service.work_class,
    )
    if isinstance(settings, DatabaseSettings):
        runtime.trail_signer = TrailSigner(service.name, settings.audit_key_file)
    runtime.gateways = service.open_gateways(runtime)
    runtime.digest_key = service.digest_key(runtime)
    return runtime
