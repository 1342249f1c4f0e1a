"""What a run stands on: a private RabbitMQ node and a private PostgreSQL that write what they confirm to the disk."""

from __future__ import annotations

import os
import secrets
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from deploy.embedded.databases import DatabaseServer
from deploy.embedded.keys import Keys
from deploy.embedded.ports import free_port
from deploy.embedded.postgres import EmbeddedPostgres
from tests.support.rabbitmq import start_rabbitmq

ROOT = Path(__file__).parents[1]

# Commit times tell when a cause and its effect were committed, whoever did it. The rest is PostgreSQL's own choice.
POSTGRES = {"track_commit_timestamp": "on", "shared_buffers": "256MB", "max_wal_size": "4GB", "max_connections": "200"}
SHOWN = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", *POSTGRES)
DATABASE_LOG = "postgres.log"


class Ground:
    def __init__(self, directory: Path, amqp_uri: str, admin_url: str) -> None:
        self.directory = directory
        self.amqp_uri = amqp_uri
        self.keys = Keys(directory / "keys")
        self.database_log = directory / DATABASE_LOG
        self._admin_url = admin_url
        self._databases = DatabaseServer(admin_url)
        self._password = secrets.token_urlsafe(16)

    def database(self, name: str, *, template: str | None = None) -> str:
        """The address of an empty database (or a copy of ``template``), made anew."""
        self._databases.make_role(name, self._password)
        self._databases.drop_database(name)
        self._databases.make_database(name, owner=name, template=template)
        return self._databases.url(name, role=name, password=self._password)

    def configure(self, database: str, settings: Mapping[str, str]) -> None:
        """For the sessions that begin from now on; none is as the server has it."""
        with psycopg.connect(self._admin_url, autocommit=True) as connection:
            name = sql.Identifier(database)
            connection.execute(sql.SQL("ALTER DATABASE {} RESET ALL").format(name))
            for setting, value in settings.items():
                # A parameter of a module that is not loaded yet is known once it is.
                change = sql.SQL("ALTER DATABASE {} SET {} = {}")
                connection.execute(change.format(name, sql.SQL(setting), sql.Literal(value)))

    def settings(self) -> dict[str, Any]:
        """Versions and settings, as the servers tell them."""
        url = self.database("settings")
        with psycopg.connect(url) as connection:
            told = connection.execute(
                "SELECT name, current_setting(name) FROM pg_settings WHERE name = ANY(%s)", [list(SHOWN)]
            ).fetchall()
            version = connection.info.parameter_status("server_version")
        durable: dict[str, str] = dict(told)
        if (durable["fsync"], durable["synchronous_commit"]) != ("on", "on"):
            raise RuntimeError("PostgreSQL would confirm what is not on the disk: nothing measured here would be true")
        return {"PostgreSQL": version, **{f"PostgreSQL {name}": value for name, value in sorted(durable.items())}}

    def fdatasync_ms(self) -> float:
        """The disk's share of a commit: the median of 200 writes of 8 kB, each forced to the disk."""
        took = []
        with tempfile.NamedTemporaryFile(dir=self.directory) as file:
            for _ in range(200):
                os.pwrite(file.fileno(), b"x" * 8192, 0)
                began = time.perf_counter()
                os.fdatasync(file.fileno())
                took.append((time.perf_counter() - began) * 1000)
        return statistics.median(took)


@contextmanager
def lay_ground() -> Iterator[Ground]:
    """Below ``.cache``, on the disk of the project: in memory a forced write would cost nothing."""
    (ROOT / ".cache").mkdir(exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / ".cache"))
    cluster = EmbeddedPostgres(
        directory / "cluster", port=free_port(), password=secrets.token_urlsafe(16), settings=POSTGRES
    )
    broker = None
    try:
        server = cluster.start(directory / DATABASE_LOG)
        try:
            broker = start_rabbitmq(directory / "rabbitmq")
            yield Ground(directory, broker.uri, cluster.admin_url)
        finally:
            if broker is not None:
                broker.forget()
            cluster.stop(server)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
