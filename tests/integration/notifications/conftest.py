"""The service on a real database, beside a real mail server; its doors are opened as the inbox and the timer would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from chassis.doors import Heard
from chassis.runtime import Runtime, build_runtime
from chassis.seals import Sealer
from contracts.events import Event, Sealed
from deploy.embedded.keys import Keys
from services.notifications import commands
from services.notifications.domain.deliveries import Delivery
from services.notifications.domain.messages import Message
from services.notifications.service import NotificationsService
from services.notifications.settings import NotificationsSettings
from services.notifications.storage import NotificationsWork, tables
from tests.integration.notifications.sink import MailSink
from tests.support.engines import LendEngine
from tests.support.postgres import DatabaseOf
from tests.support.processes import ServiceEnvironment
from tests.unit.notifications.builders import NOON


@pytest.fixture
def sink() -> Iterator[MailSink]:
    sink = MailSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def runtime(
    service_environment: ServiceEnvironment, database_of: DatabaseOf, lend_engine: LendEngine, sink: MailSink
) -> Runtime:
    environment = service_environment(
        amqp_uri="amqp://guest:guest@127.0.0.1:1",
        databases={"notifications": database_of("notifications")},
        ports={"smtp": sink.port},
    )
    runtime = build_runtime(NotificationsService, NotificationsSettings.load(environment))
    lend_engine(runtime)
    return runtime


@pytest.fixture
def seal(keys: Keys) -> Any:
    """``seal(email=…, secret=…)``: as identity or delegation does."""
    sealer = Sealer(keys.sealing_keys_file)

    def seal(**fields: str) -> Sealed:
        return sealer.seal("notifications", fields)

    return seal


class Station:
    """notifications with its clock in our hand."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.now = NOON

    def hear(
        self,
        event: Event,
        *,
        event_id: UUID | None = None,
        version: tuple[int, int] | None = None,
        republished: bool = False,
    ) -> UUID:
        """React to an event as the inbox does; its id."""
        event_id = event_id or uuid7()
        work = NotificationsWork(self.runtime)
        heard = Heard(
            runtime=self.runtime,
            work=work,
            now=self.now,
            event_id=event_id,
            event=event,
            version=version or (1, event.version),
            republished=republished,
        )
        with work:
            getattr(NotificationsService, f"on_{event.type}")(NotificationsService, heard)
        return event_id

    def deliver(self, *, after: timedelta = timedelta(0)) -> None:
        """One turn of the timer, some time later."""
        self.now += after
        commands.deliver_mails(NotificationsWork(self.runtime), gateways=self.runtime.gateways, clock=self.clock)

    def clock(self) -> datetime:
        return self.now

    def work(self) -> NotificationsWork:
        return NotificationsWork(self.runtime)

    def deliveries(self) -> list[Delivery]:
        with self.work() as work:
            return list(work.session.scalars(sa.select(Delivery).order_by(tables.deliveries.c.delivery_id)))

    def delivery(self) -> Delivery:
        (only,) = self.deliveries()
        return only

    def states(self) -> list[str]:
        return [delivery.state for delivery in self.deliveries()]

    def messages(self) -> list[Message]:
        with self.work() as work:
            return list(work.session.scalars(sa.select(Message).order_by(tables.messages.c.message_id)))


@pytest.fixture
def station(runtime: Runtime) -> Station:
    return Station(runtime)
