"""The broker, then the database go away and come back: all five services say so, and go on by themselves."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import requests
from bs4 import BeautifulSoup

from chassis.rpc import RpcClient
from chassis.statements import ServiceCaller, Signer
from contracts.delegation import Delegation
from contracts.errors import DeadlinePassed, Unavailable
from deploy.embedded.environment import SERVICES, WITH_DATABASE
from deploy.embedded.keys import Keys
from deploy.embedded.ports import wait_until
from tests.cast import ATELIERS
from tests.support.killable_postgres import KillablePostgres
from tests.support.processes import ServiceProcess, make_environment, operate

PATIENCE = 60.0  # seconds, on a busy machine


class Installation:
    """The five services, a process each, on a broker and a database server of their own."""

    def __init__(self, directory: Any, keys: Keys, *, amqp_uri: str, databases: dict[str, str]) -> None:
        environment = make_environment(directory, keys, amqp_uri=amqp_uri, databases=databases)
        operate(environment, "publish-procedures")
        self.site = environment["PORTAL_URL"]
        self.processes = {name: ServiceProcess((name,), environment, directory / f"{name}.log") for name in SERVICES}
        self._databases = databases
        self._signer = Signer("operator", keys.signing_key_file("operator"))
        self._rpc = RpcClient(amqp_uri, "registries")

    def start(self) -> None:
        for process in self.processes.values():
            process.start(wait=False)
        self.wait_until(lambda: self.ready() == set(SERVICES), what="all to be ready")
        self._rpc.start()

    def stop(self) -> None:
        self._rpc.stop()
        for process in self.processes.values():
            process.kill()

    @staticmethod
    def wait_until(condition: Any, *, what: str) -> None:
        wait_until(condition, seconds=PATIENCE, what=what, every=0.1)

    def health(self, name: str) -> tuple[int, dict[str, Any]]:
        """Status and content; (0, {}) when it does not answer."""
        try:
            with urllib.request.urlopen(f"{self.processes[name].url}/health/ready", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, json.load(refused)
        except OSError:
            return 0, {}

    def ready(self) -> set[str]:
        return {name for name in SERVICES if self.health(name)[0] == 200}

    def say_unready(self, part: str) -> bool:
        """All that have a database answer that they are not ready, because this part is away."""
        told = [self.health(name) for name in WITH_DATABASE]
        return all(status == 503 and not body["ready"] and part in body["away"] for status, body in told)

    def page(self, path: str) -> tuple[int, str]:
        answer = requests.get(f"{self.site}{path}", timeout=30)
        return answer.status_code, BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True)

    def designate(self) -> UUID:
        """delegation tells dossiers and notifications of it. Asked with the same ids until it is answered."""
        number, person_id, ids = ATELIERS.bce_number, uuid4(), (uuid4(), uuid4())

        def answered() -> bool:
            delegation = self._rpc.at(Delegation, service=self._statement(), timeout=10)
            try:
                delegation.register_enterprise(bce_number=number, name=ATELIERS.name, state="active", command_id=ids[0])
                delegation.designate_access_manager(
                    bce_number=number, person_id=person_id, email="a@example.org", language="fr", command_id=ids[1]
                )
            except (Unavailable, DeadlinePassed):
                return False
            return True

        self.wait_until(answered, what="delegation to answer")
        return person_id

    def _statement(self) -> str:
        caller = ServiceCaller(name="registries", scopes=["delegation.register"])
        return self._signer.sign("service", caller, now=datetime.now(UTC), lasts=timedelta(minutes=5))

    def knows(self, name: str, table: str, person_id: UUID) -> bool:
        with psycopg.connect(self._databases[name]) as connection:
            query = f"SELECT count(*) FROM {table} WHERE person_id = %s"
            return connection.execute(query, [person_id]).fetchone() == (1,)  # type: ignore[arg-type]

    def require_all_goes_on(self) -> None:
        """By the same processes: pages, commands, events and what they change with the listeners."""
        self.wait_until(lambda: self.ready() == set(SERVICES), what="all to be ready again")
        assert {name: process.exit_status for name, process in self.processes.items()} == dict.fromkeys(SERVICES)
        self.wait_until(lambda: self.page("/demarches")[0] == 200, what="the pages")
        person_id = self.designate()
        for name, table in (("dossiers", "mandates"), ("notifications", "contacts")):
            self.wait_until(lambda n=name, t=table: self.knows(n, t, person_id), what=f"{name} to hear")


@pytest.fixture(scope="module")
def installation(tmp_path_factory, killable_rabbitmq, killable_postgres: KillablePostgres) -> Iterator[Installation]:
    directory = tmp_path_factory.mktemp("installation")
    databases = {name: killable_postgres.databases.make(name) for name in WITH_DATABASE}
    amqp_uri = killable_rabbitmq.uri
    installation = Installation(directory, Keys(directory / "keys"), amqp_uri=amqp_uri, databases=databases)
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()


def test_while_the_broker_is_away_only_the_portal_is_ready_and_says_so(installation, killable_rabbitmq):
    installation.require_all_goes_on()

    killable_rabbitmq.kill()
    installation.wait_until(lambda: installation.say_unready("broker"), what="the services to miss the broker")
    installation.wait_until(lambda: "broker" in installation.health("portal")[1]["away"], what="the portal to miss it")
    assert installation.ready() == {"portal"}
    status, page = installation.page("/demarches")
    assert status == 503
    assert "la liaison entre les services" in page
    assert installation.page("/aide")[0] == 200
    killable_rabbitmq.start()

    installation.require_all_goes_on()


def test_while_the_database_is_away_only_the_portal_is_ready_and_says_which_part(installation, killable_postgres):
    installation.require_all_goes_on()

    killable_postgres.kill()
    installation.wait_until(lambda: installation.say_unready("database"), what="the services to miss the database")
    assert installation.ready() == {"portal"}
    status, page = installation.page("/demarches")
    assert status == 503
    assert "les démarches et les dossiers" in page
    killable_postgres.start()

    installation.require_all_goes_on()
