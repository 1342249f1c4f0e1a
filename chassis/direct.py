"""Statements of a fixed form, run past SQLAlchemy, which would cost as much again and more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row
from sqlalchemy.dialects.postgresql import psycopg as psycopg_dialect

from contracts.errors import Unavailable

_dialect: Any = psycopg_dialect.dialect
_DIALECT: Any = _dialect(dbapi=_dialect.import_dbapi())


class Direct:
    """A statement that is made once. Its rows are as psycopg reads them: an own type comes as what it rests as.
    ``columns``: those that an insert gives, where it does not say so itself."""

    def __init__(self, statement: sa.Executable, columns: Sequence[str] | None = None) -> None:
        compiled: Any = statement.compile(dialect=_DIALECT, column_keys=columns)  # type: ignore[attr-defined]
        self.text: str = compiled.string
        # What stands in the statement itself, such as a limit.
        bound = {name: compiled.binds[name] for name in compiled.params}
        self.constants = {name: parameter.value for name, parameter in bound.items() if not parameter.required}
        prepare = {name: parameter.type.dialect_impl(_DIALECT).bind_processor for name, parameter in bound.items()}
        self._prepare = {name: how for name, made in prepare.items() if (how := made(_DIALECT)) is not None}

    def run(self, engine: sa.Engine, parameters: Mapping[str, Any]) -> list[Any]:
        """In a transaction of its own: one round trip. Raises Unavailable."""
        try:
            taken = engine.raw_connection()
        except (psycopg.OperationalError, sa.exc.OperationalError, sa.exc.TimeoutError) as away:
            raise Unavailable(part="database") from away
        connection: Any = taken.dbapi_connection
        try:
            connection.autocommit = True
            rows = self.run_on(connection, parameters)
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

    def run_on(self, connection: psycopg.Connection[Any], parameters: Mapping[str, Any]) -> list[Any]:
        """In the transaction that the connection is in. What it returns; nothing where it returns nothing."""
        given = {**self.constants, **parameters}
        for name, prepare in self._prepare.items():
            given[name] = prepare(given[name])
        with connection.cursor(row_factory=namedtuple_row) as cursor:
            cursor.execute(self.text.encode(), given)
            return cursor.fetchall() if cursor.description else []
