"""The PostgreSQL of a run: one server with a database of each service, killed as a power cut would."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from chassis.audit import Operator, TrailSigner
from chassis.database import connect
from deploy.embedded.databases import DatabaseServer
from deploy.embedded.environment import WITH_DATABASE
from deploy.embedded.keys import Keys
from deploy.embedded.ports import free_port
from deploy.embedded.postgres import EmbeddedPostgres
from services.dossiers.publish.publishing import SHIPPED, publish
from tests.support.postgres import TestDatabases

# Two replicas of four services with a pool of ten each, their relays, and the rig. Unlike in other tests what was
# committed is on the disk: a server that is killed must not forget it.
SETTINGS = {"max_connections": "200", "full_page_writes": "on", "synchronous_commit": "on"}


class Databases:
    """``urls``: {service: address of its database}."""

    def __init__(self, directory: Path) -> None:
        self._log = directory / "postgres.log"
        self._cluster = EmbeddedPostgres(directory / "cluster", port=free_port(), password="faults", settings=SETTINGS)
        self._server: subprocess.Popen[bytes] | None = None
        self.urls: Mapping[str, str] = {}
        self._frozen: list[int] = []

    def start(self) -> None:
        """From the main thread: the server dies with the thread that began it."""
        self._server = self._cluster.start(self._log)

    def lay_out(self, keys: Keys) -> None:
        """A migrated database for each service, and the procedures."""
        made = TestDatabases(DatabaseServer(self._cluster.admin_url))
        self.urls = {service: made.make(service) for service in WITH_DATABASE}
        engine = connect(self.urls["dossiers"], pool=1, name="faults")
        signer = TrailSigner("dossiers", keys.audit_key_file("dossiers"))
        publish(engine, SHIPPED, by=Operator(signer=signer, now=datetime.now(UTC)))
        engine.dispose()

    def kill(self) -> None:
        """All of its processes at once, none of which may write another byte."""
        assert self._server is not None
        # The one we started takes no note of the deaths of the others while it is stopped.
        for pid in self.freeze():
            os.kill(pid, signal.SIGKILL)
        self._server.wait()

    def freeze(self) -> list[int]:
        """All of its processes; the one that makes the others comes last."""
        assert self._server is not None
        first = self._server.pid
        os.kill(first, signal.SIGSTOP)
        backends = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        self._frozen = [*map(int, backends), first]
        for pid in self._frozen:
            # One that has ended stays there until the first one takes note of it.
            os.kill(pid, signal.SIGSTOP)
        return self._frozen

    def thaw(self) -> None:
        for pid in self._frozen:
            os.kill(pid, signal.SIGCONT)

    def restart(self) -> None:
        """As an operator would: who is connected is turned out."""
        self.stop()
        self.start()

    def stop(self) -> None:
        if self._server is not None and self._server.poll() is None:
            self._cluster.stop(self._server)

    def rows(self, service: str, query: str, *values: Any) -> list[dict[str, Any]]:
        with psycopg.connect(self.urls[service], row_factory=dict_row, connect_timeout=5) as connection:
            return connection.execute(query, values).fetchall()

    def read(self, service: str, queries: Iterable[str]) -> list[list[dict[str, Any]]]:
        """The rows of each, by one connection."""
        with psycopg.connect(self.urls[service], row_factory=dict_row, connect_timeout=5) as connection:
            return [connection.execute(query).fetchall() for query in queries]

    def change(self, service: str, statement: str, *values: Any) -> int:
        """The number of rows it concerned."""
        with psycopg.connect(self.urls[service], connect_timeout=5) as connection:
            return connection.execute(statement, values).rowcount
