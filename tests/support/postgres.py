"""A real PostgreSQL for the tests: the wheel's, or the server of ``DATABASE_ADMIN_URL``.

A service's database is migrated once and then copied, so that a test gets a fresh one in some hundredths of a second.
"""

from __future__ import annotations

import itertools
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import psycopg
import pytest

from deploy.embedded.databases import DatabaseServer
from deploy.embedded.ports import free_port
from deploy.embedded.postgres import CARELESS, EmbeddedPostgres

MEMORY = Path("/dev/shm")
PLENTY = 4 * 1024**3


class DatabaseOf(Protocol):
    def __call__(self, service_name: str) -> str:
        """The address of a fresh, migrated database of that service, for its own role."""


class EmptyDatabase(Protocol):
    def __call__(self) -> str:
        """The address of a database with nothing in it, for a role that owns it."""


class LastingServer(DatabaseServer):
    """Keeps its connection: two for each test, to make its database and to drop it, would take as long as that."""

    _connection: psycopg.Connection[Any] | None = None

    @contextmanager
    def _connect(self) -> Iterator[psycopg.Connection[Any]]:
        if self._connection is None:
            self._connection = psycopg.connect(self._admin_url, autocommit=True, connect_timeout=10)
        yield self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


class TestDatabases:
    """Databases of one run of the tests. Roles and databases bear the run's name, so that runs can share a server."""

    __test__ = False

    def __init__(self, server: DatabaseServer) -> None:
        self.server = server
        self._run = f"t{secrets.token_hex(4)}"
        self._password = secrets.token_urlsafe(16)
        self._roles: set[str] = set()
        self._templates: dict[str, str] = {}
        self.made: list[str] = []

    def make(self, service_name: str) -> str:
        return self._make(service_name, template=self._template_of(service_name))

    def make_empty(self) -> str:
        return self.make_for("empty")

    def make_for(self, owner: str) -> str:
        """A database without tables for that role."""
        return self._make(owner, template=None)

    def copy(self, database_url: str) -> str:
        """As a backup taken now and restored; nobody may have the original open."""
        parts = urlsplit(database_url)
        owner = str(parts.username).removeprefix(f"{self._run}_")
        return self._make(owner, template=parts.path.removeprefix("/"))

    def drop(self, names: list[str]) -> None:
        for name in names:
            self.server.drop_database(name)
            self.made.remove(name)

    def drop_all(self) -> None:
        self.drop(list(self.made))
        for template in self._templates.values():
            self.server.drop_database(template)
        for role in self._roles:
            self.server.drop_role(role)

    def _make(self, owner: str, *, template: str | None) -> str:
        role = self._role(owner)
        # The same again as soon as it is free: see tests/support/engines.py.
        name = next(name for number in itertools.count(1) if (name := f"{role}_{number}") not in self.made)
        self.server.make_database(name, owner=role, template=template)
        self.made.append(name)
        return self.server.url(name, role=role, password=self._password)

    def _template_of(self, service_name: str) -> str:
        if service_name not in self._templates:
            from chassis import migrate

            role = self._role(service_name)
            name = f"{role}_template"
            self.server.make_database(name, owner=role)
            migrate.upgrade(service_name, self.server.url(name, role=role, password=self._password))
            self._templates[service_name] = name
        return self._templates[service_name]

    def _role(self, owner: str) -> str:
        role = f"{self._run}_{owner}"
        if role not in self._roles:
            self.server.make_role(role, self._password)
            self._roles.add(role)
        return role


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DatabaseServer]:
    """A running server and an address of a role that may do anything there."""
    given = os.environ.get("DATABASE_ADMIN_URL")
    if given:
        server = LastingServer(given)
        server.require_usable()
        yield server
        server.close()
        return
    directory = _directory(tmp_path_factory)
    cluster = EmbeddedPostgres(
        directory / "cluster", port=free_port(), password=secrets.token_urlsafe(16), settings=CARELESS
    )
    try:
        started = cluster.start(directory / "log")
        server = LastingServer(cluster.admin_url)
        yield server
        server.close()
        cluster.stop(started)
    finally:
        # pytest keeps the directories of the last runs; a cluster is large and of no more use.
        shutil.rmtree(directory, ignore_errors=True)


def _directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """In memory where there is plenty: many small databases are made, and none needs to outlive the run."""
    if not (MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > PLENTY):
        return tmp_path_factory.mktemp("postgres")
    for left in MEMORY.glob("mon-espace-*"):
        # A run that was killed could not clear up.
        if not Path(f"/proc/{left.name.split('-')[2]}").exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"mon-espace-{os.getpid()}-", dir=MEMORY))


@pytest.fixture(scope="session")
def test_databases(postgres_server: DatabaseServer) -> Iterator[TestDatabases]:
    databases = TestDatabases(postgres_server)
    _in_use.append(databases)
    yield databases
    _in_use.remove(databases)
    databases.drop_all()


@pytest.fixture(scope="session")
def database_of(test_databases: TestDatabases) -> DatabaseOf:
    """``database_of("delegation")`` -> address. May be used in fixtures of any scope; goes when its test has ended, or
    at the end of the run when a fixture of a wider scope asked for it."""
    return test_databases.make


@pytest.fixture(scope="session")
def empty_database(test_databases: TestDatabases) -> EmptyDatabase:
    return test_databases.make_empty


_in_use: list[TestDatabases] = []


@pytest.fixture(autouse=True)
def _drop_databases_of_the_test() -> Iterator[None]:
    """Fixtures of wider scopes are set up before this one, so what is made from here on is the test's own."""
    kept = {name for databases in _in_use for name in databases.made}
    yield
    for databases in _in_use:
        databases.drop([name for name in databases.made if name not in kept])
