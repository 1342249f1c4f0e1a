"""Questions to the database that change nothing, asked past SQLAlchemy, which would cost as much again and more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect

from contracts.errors import Unavailable

_dialect: Any = psycopg_dialect.dialect


class Reading:
    """A statement that is made once. Its rows are as psycopg reads them: an own type comes as what it rests as."""

    def __init__(self, statement: sa.Select[Any]) -> None:
        compiled = statement.compile(dialect=_dialect())
        self.text = compiled.string
        # What stands in the statement itself, such as a limit.
        self.constants = {name: value for name, value in compiled.params.items() if value is not None}

    def ask(self, engine: sa.Engine, parameters: Mapping[str, Any]) -> list[Any]:
        """In a transaction of its own: one round trip. Raises Unavailable."""
        try:
            taken = engine.raw_connection()
        except (sa.exc.OperationalError, sa.exc.TimeoutError) as away:
            raise Unavailable(part="database") from away
        connection: Any = taken.dbapi_connection
        try:
            connection.autocommit = True
            rows = self.ask_on(connection, parameters)
            connection.autocommit = False
        except psycopg.OperationalError as away:
            taken.invalidate()
            raise Unavailable(part="database") from away
        except BaseException:
            # Whoever was stopped here left an answer behind, which must not be taken for the next one's.
            taken.invalidate()
            raise
        finally:
            taken.close()
        return rows

    def ask_on(self, connection: psycopg.Connection[Any], parameters: Mapping[str, Any]) -> list[Any]:
        """In the transaction that the connection is in."""
        with connection.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(self.text.encode(), {**self.constants, **parameters}).fetchall()
