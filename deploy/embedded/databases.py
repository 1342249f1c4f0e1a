"""Databases and roles: one of each per service, and no role may open another's database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

OLDEST = 150000


class DatabaseUnusable(RuntimeError):
    """One sentence that says why."""


class DatabaseServer:
    """A server on which we may make roles and databases; ``admin_url`` is that of a role that may."""

    def __init__(self, admin_url: str) -> None:
        self._admin_url = admin_url

    def require_usable(self) -> None:
        """Raises DatabaseUnusable."""
        try:
            with self._connect() as connection:
                version, may = connection.info.server_version, _may_create(connection)
        except psycopg.OperationalError as error:
            raise DatabaseUnusable(f"The database server cannot be reached: {error}") from error
        if version < OLDEST:
            raise DatabaseUnusable(f"The database server is PostgreSQL {version // 10000}; 15 or newer is needed")
        if not may:
            raise DatabaseUnusable("The role of DATABASE_ADMIN_URL may not create databases and roles")

    def make_role(self, name: str, password: str) -> None:
        """A role that may log in and nothing else; made again, it gets this password."""
        with self._connect() as connection:
            exists = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
            verb = sql.SQL("ALTER" if exists else "CREATE")
            statement = sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}")
            connection.execute(statement.format(verb, sql.Identifier(name), sql.Literal(password)))

    def make_database(self, name: str, *, owner: str, template: str | None = None) -> None:
        """A database that its owner alone may open. ``template``: one to copy, which nobody has open."""
        copied = sql.SQL("TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template or "template1"))
        database, role = sql.Identifier(name), sql.Identifier(owner)
        with self._connect() as connection:
            # A role that is not superuser may only give a database to a role it is a member of.
            connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(role))
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} {}").format(database, role, copied))
            connection.execute(sql.SQL("REVOKE CONNECT, TEMPORARY ON DATABASE {} FROM PUBLIC").format(database))

    def has_database(self, name: str) -> bool:
        with self._connect() as connection:
            return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    def close_to_public(self, *names: str) -> None:
        """Existing databases, those of the server itself, say, open to superusers only."""
        with self._connect() as connection:
            for name in names:
                connection.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))

    def drop_database(self, name: str) -> None:
        """Also when somebody still has it open."""
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def drop_role(self, name: str) -> None:
        with self._connect() as connection:
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))

    def url(self, database: str, *, role: str, password: str) -> str:
        parts = urlsplit(self._admin_url)
        place = parts.netloc.rpartition("@")[2]
        netloc = f"{quote(role, safe='')}:{quote(password, safe='')}@{place}"
        return urlunsplit(("postgresql", netloc, f"/{database}", parts.query, ""))

    @contextmanager
    def _connect(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(self._admin_url, autocommit=True, connect_timeout=10) as connection:
            yield connection


def _may_create(connection: psycopg.Connection[Any]) -> bool:
    asked = "SELECT rolsuper OR (rolcreatedb AND rolcreaterole) FROM pg_roles WHERE rolname = current_user"
    row = connection.execute(asked).fetchone()
    return bool(row and row[0])
