from __future__ import annotations

import os
import signal
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client.parser import text_string_to_metric_families

from chassis.audit import Operator, TrailSigner
from chassis.bus import connect
from chassis.database import Work
from chassis.outbox import Outbox
from chassis.rpc import RpcClient
from chassis.statements import ServiceCaller, Signer
from contracts.events import Event
from deploy.embedded.children import start_child
from deploy.embedded.keys import Keys
from deploy.embedded.ports import free_ports, wait_until
from tests.integration.chassis.bus.town import SERVICES, Teller, make_tables
from tests.support import processes
from tests.support.killable_postgres import KillablePostgres
from tests.support.processes import ROOT, ServiceProcess


class TownProcess(ServiceProcess):
    def start(self, *, wait: bool = True) -> None:
        command = [sys.executable, "-m", "tests.integration.chassis.bus.serve", *self.names]
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | self.environment
        self._child = start_child(command, log=self.log, environment=environment, when_parent_dies=signal.SIGKILL)
        if wait:
            self.wait_ready()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        os.kill(self.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)


class Town:
    """Teller and hearer with a database each, on one broker. ``rpc`` is connected; ``token`` has the scope "test"."""

    def __init__(self, directory: Path, *, amqp_uri: str, databases: dict[str, str]) -> None:
        self.amqp_uri = amqp_uri
        self.databases = databases
        self.engines = {name: make_tables(url) for name, url in databases.items()}
        self._directory = directory
        keys = Keys(directory / "keys")
        self._keys_file = keys.statement_keys_file
        self._audit_keys = {name: keys.audit_key_file(name) for name in databases}
        caller = ServiceCaller(name="tests", scopes=["test"])
        signer = Signer("operator", keys.signing_key_file("operator"))
        self.token = signer.sign("service", caller, now=datetime.now(UTC), lasts=timedelta(hours=1))
        self.rpc = RpcClient(amqp_uri, "tests")
        self.processes: dict[str, TownProcess] = {}

    @property
    def teller(self) -> Teller:
        return self.rpc.at(Teller, service=self.token, timeout=20)

    def run(self, name: str, *, replica: str = "", amqp_uri: str | None = None, **settings: str) -> TownProcess:
        ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        environment = {
            "ENVIRONMENT": "development",
            "AMQP_URI": amqp_uri or self.amqp_uri,
            "STATEMENT_KEYS_FILE": str(self._keys_file),
            "DRAIN_SECONDS": "40",
            **{f"{name.upper()}_DATABASE_URL": url for name, url in self.databases.items()},
            **{f"{name.upper()}_AUDIT_KEY_FILE": str(file) for name, file in self._audit_keys.items()},
            **{f"{name.upper()}_HTTP_PORT": str(port) for name, port in ports.items()},
            **settings,
        }
        process = TownProcess((name,), environment, self._directory / f"{name}{replica}.log")
        self.processes[f"{name}{replica}"] = process
        processes._started.append(process)
        process.start()
        return process

    def operator(self, service: str) -> Operator:
        return Operator(signer=TrailSigner(service, self._audit_keys[service]), now=datetime.now(UTC))

    def announce(self, service: str, event: Event) -> None:
        """As a command of the service would, from another process."""
        runtime: Any = SimpleNamespace(
            name=service,
            engine=self.engines[service],
            outbox=Outbox(),
            wake=lambda _: None,
            now=lambda: datetime.now(UTC),
            trail_signer=TrailSigner(service, self._audit_keys[service]),
        )
        with Work(runtime) as work:
            work.announce(event)

    def until(self, condition: Callable[[], Any], *, seconds: float = 60) -> None:
        wait_until(lambda: bool(condition()), seconds=seconds, what="the town to be so")

    def metric(self, service: str, name: str, **labels: str) -> float:
        """The sum of a metric's samples that have these labels."""
        with urllib.request.urlopen(f"{self.processes[service].url}/metrics", timeout=30) as answer:
            families = text_string_to_metric_families(answer.read().decode())
        samples = [sample for family in families for sample in family.samples if sample.name == name]
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

    def waiting_in(self, queue: str) -> int:
        """Messages that nobody has taken yet."""
        with connect(self.amqp_uri, "test") as connection:
            count: int = connection.channel().queue_declare(queue, passive=True).message_count
            return count

    def rows(self, service: str, table: sa.Table, *where: sa.ColumnElement[bool]) -> list[sa.Row]:
        with self.engines[service].connect() as connection:
            return list(connection.execute(sa.select(table).where(*where)))

    def close(self) -> None:
        """May be called again."""
        while self.processes:
            _, process = self.processes.popitem()
            process.kill()
            processes._started.remove(process)
        self.rpc.stop()
        for engine in self.engines.values():
            engine.dispose()


MakeTown = Callable[..., Town]


@pytest.fixture(scope="session")
def make_town(tmp_path_factory: pytest.TempPathFactory, test_databases) -> Iterator[MakeTown]:
    made: list[Town] = []

    def make(amqp_uri: str, databases: dict[str, str] | None = None) -> Town:
        urls = databases or {name: test_databases.make_for(name) for name in SERVICES}
        town = Town(tmp_path_factory.mktemp("town"), amqp_uri=amqp_uri, databases=urls)
        made.append(town)
        town.rpc.start(60)
        return town

    yield make
    for town in made:
        town.close()


@pytest.fixture(scope="package")
def town(make_town: MakeTown, amqp_uri: str) -> Town:
    """Both services, running."""
    town = make_town(amqp_uri)
    town.run("teller")
    town.run("hearer")
    return town


@pytest.fixture(scope="module")
def town_of_its_own(make_town: MakeTown, killable_rabbitmq: Any, killable_postgres: KillablePostgres) -> Iterator[Town]:
    """Both services, on a broker and a database server that may be stopped."""
    databases = {name: killable_postgres.databases.make_for(name) for name in SERVICES}
    town = make_town(killable_rabbitmq.uri, databases)
    town.run("teller")
    town.run("hearer")
    yield town
    town.close()
