"""One database and one role per service."""

from __future__ import annotations

from urllib.parse import urlsplit

import psycopg
import pytest

from deploy.embedded.databases import DatabaseServer
from tests.support.postgres import EmptyDatabase, TestDatabases


@pytest.fixture
def two_services(test_databases: TestDatabases) -> tuple[str, str]:
    return test_databases.make_for("identity"), test_databases.make_for("delegation")


def with_database_of(own: str, other: str) -> str:
    return own.replace(urlsplit(own).path, urlsplit(other).path)


def test_a_service_opens_its_own_database(two_services: tuple[str, str]) -> None:
    own, _ = two_services

    with psycopg.connect(own) as connection:
        connection.execute("CREATE TABLE people (id int)")


def test_a_service_cannot_open_anothers_database(two_services: tuple[str, str]) -> None:
    own, other = two_services

    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(with_database_of(own, other))


def test_a_wrong_password_is_refused_on_loopback_too(two_services: tuple[str, str]) -> None:
    own, _ = two_services
    password = urlsplit(own).password
    assert password

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(own.replace(password, "guessed"))


def test_a_service_role_can_neither_make_roles_nor_databases(two_services: tuple[str, str]) -> None:
    own, _ = two_services

    with psycopg.connect(own, autocommit=True) as connection:
        for statement in ("CREATE ROLE another", "CREATE DATABASE another"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_service_may_add_the_extensions_that_search_needs(two_services: tuple[str, str]) -> None:
    own, _ = two_services

    with psycopg.connect(own) as connection:
        connection.execute("CREATE EXTENSION unaccent")
        connection.execute("CREATE EXTENSION pg_trgm")
        found = connection.execute("SELECT to_tsvector('french', unaccent('réclamations électorales'))").fetchone()

    assert found is not None
    assert "reclam" in found[0]


def test_a_database_that_somebody_has_open_can_be_dropped(
    postgres_server: DatabaseServer, empty_database: EmptyDatabase, test_databases: TestDatabases
) -> None:
    url = empty_database()
    name = urlsplit(url).path.lstrip("/")

    with psycopg.connect(url):
        test_databases.drop([name])

    assert not postgres_server.has_database(name)
