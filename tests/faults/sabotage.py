"""What is done behind the services' back, and undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.reconciling import Finding


@contextmanager
def sabotaged(town, service: str, table: str, statement: str) -> Iterator[None]:
    """A table nobody refers to, changed behind everybody's back, and then as it was."""
    town.databases.change(service, f"CREATE TABLE kept AS TABLE {table}")
    try:
        assert town.databases.change(service, statement) > 0
        yield
    finally:
        town.databases.change(service, f"DELETE FROM {table}")
        town.databases.change(service, f"INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE kept")
        town.databases.change(service, "DROP TABLE kept")


@contextmanager
def altered(town, service: str, table: str, key: str, column: str, value: str) -> Iterator[None]:
    """A column, in a table that others refer to. ``value``: perhaps with the rows that get it."""
    town.databases.change(service, f"CREATE TABLE kept AS SELECT {key} AS key, {column} AS value FROM {table}")
    try:
        assert town.databases.change(service, f"UPDATE {table} SET {column} = {value}") > 0
        yield
    finally:
        town.databases.change(
            service,
            f"UPDATE {table} SET {column} = kept.value FROM kept WHERE key = {key} AND value IS DISTINCT FROM {column}",
        )
        town.databases.change(service, "DROP TABLE kept")


def is_told(found: list[Finding], what: str, says: str) -> bool:
    return any(each.what == what and says in each.sentence for each in found)
