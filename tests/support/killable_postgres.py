"""A real PostgreSQL that may be killed; what it has committed it still knows when it is started again."""

from __future__ import annotations

import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from deploy.embedded.databases import DatabaseServer
from deploy.embedded.ports import free_port
from deploy.embedded.postgres import EmbeddedPostgres
from tests.support.postgres import TestDatabases


class KillablePostgres:
    """``databases`` makes databases on it."""

    def __init__(self) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._cluster = EmbeddedPostgres(
            self._directory / "cluster", port=free_port(), password=secrets.token_urlsafe(16)
        )
        self._server: subprocess.Popen[bytes] | None = None
        self.admin_url = self._cluster.admin_url
        self.databases = TestDatabases(DatabaseServer(self.admin_url))

    def start(self) -> None:
        self._server = self._cluster.start(self._directory / "log")

    def kill(self) -> None:
        """As a power cut would."""
        assert self._server is not None
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait()

    @contextmanager
    def shut(self, database_url: str) -> Iterator[None]:
        """One of the databases lets nobody in meanwhile."""
        name = urlsplit(database_url).path.removeprefix("/")
        with psycopg.connect(self.admin_url, autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            yield
            admin.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    def forget(self) -> None:
        if self._server is not None and self._server.poll() is None:
            self._cluster.stop(self._server)
        shutil.rmtree(self._directory, ignore_errors=True)


@pytest.fixture(scope="module")
def killable_postgres() -> Iterator[KillablePostgres]:
    """To be killed and started again; always private, whatever DATABASE_ADMIN_URL says."""
    postgres = KillablePostgres()
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.forget()
