"""The five services, a process each, as an operator and the people outside meet them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

import psycopg
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
from tests.support.processes import ServiceProcess, make_environment, operate

PATIENCE = 60.0  # seconds, on a busy machine


class Installation:
    """``uri_of``: the broker's address for each service, and for the registries' adaptor."""

    def __init__(self, directory: Path, *, uri_of: Callable[[str], str], databases: dict[str, str]) -> None:
        keys = Keys(directory / "keys")
        environment = make_environment(directory, keys, amqp_uri="amqp://nobody@127.0.0.1:1", databases=databases)
        operate(environment, "publish-procedures")
        self.environments = {name: environment | {"AMQP_URI": uri_of(name)} for name in SERVICES}
        self.processes = {
            name: ServiceProcess((name,), own, directory / f"{name}.log") for name, own in self.environments.items()
        }
        self._site = environment["PORTAL_URL"]
        self._databases = databases
        self._signer = Signer("operator", keys.signing_key_file("operator"))
        self._rpc = RpcClient(uri_of("registries"), "registries")

    def __enter__(self) -> Self:
        self._rpc.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._rpc.stop()
        for process in self.processes.values():
            process.kill()

    def start(self) -> None:
        for process in self.processes.values():
            process.start(wait=False)
        self.wait_until(lambda: self.ready() == set(SERVICES), what="all to be ready")

    def stop(self) -> None:
        """As an operator would; all must end well."""
        assert {name: process.stop() for name, process in self.processes.items()} == dict.fromkeys(SERVICES, 0)

    def wait_until(self, condition: Any, *, what: str) -> None:
        try:
            wait_until(condition, seconds=PATIENCE, what=what, every=0.1)
        except TimeoutError as late:
            told = (f"{name}: {self.health(name)}\n{process.told()}" for name, process in self.processes.items())
            raise AssertionError("\n".join([str(late), *told])) from late

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
        answer = requests.get(f"{self._site}{path}", timeout=30)
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

    def rows(self, name: str, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._databases[name]) as connection:
            return connection.execute(query, values).fetchall()  # type: ignore[arg-type]

    def until_rows(self, name: str, query: str, *values: Any, expected: int) -> None:
        """Until a count is so much."""
        self.wait_until(lambda: self.rows(name, query, *values) == [(expected,)], what=f"{name}: {query}")

    def require_all_goes_on(self) -> None:
        """By the same processes: pages, commands, events and what they change with the listeners."""
        self.wait_until(lambda: self.ready() == set(SERVICES), what="all to be ready again")
        assert {name: process.exit_status for name, process in self.processes.items()} == dict.fromkeys(SERVICES)
        self.wait_until(lambda: self.page("/demarches")[0] == 200, what="the pages")
        person_id = self.designate()
        for name, table in (("dossiers", "mandates"), ("notifications", "contacts")):
            self.until_rows(name, f"SELECT count(*) FROM {table} WHERE person_id = %s", person_id, expected=1)
