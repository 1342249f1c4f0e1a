"""The rows that an import left, copied by hand into the same tables with the same indexes."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg
from psycopg import sql

# In this order: an establishment refers to its enterprise.
TABLES = ("enterprises", "establishments", "enterprise_names")


def keep(database_url: str, directory: Path) -> None:
    """To files, so that only the writing is measured."""
    directory.mkdir()
    with psycopg.connect(database_url) as database, database.cursor() as cursor:
        for table in TABLES:
            statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
            with (directory / table).open("wb") as file, cursor.copy(statement) as copy:
                for block in copy:
                    file.write(block)


def take(database_url: str, directory: Path) -> float:
    """Seconds."""
    began = time.perf_counter()
    with psycopg.connect(database_url) as database, database.cursor() as cursor:
        for table in TABLES:
            statement = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
            with (directory / table).open("rb") as file, cursor.copy(statement) as copy:
                while block := file.read(1 << 18):
                    copy.write(block)
    return time.perf_counter() - began
