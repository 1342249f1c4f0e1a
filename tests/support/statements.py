"""What is asked of a database, whether by SQLAlchemy or past it."""

from __future__ import annotations

from typing import Any

import psycopg
import sqlalchemy as sa


def note_statements(engine: sa.Engine) -> list[str]:
    """From the next transactions on: a list that grows."""
    made: list[str] = []
    cursor_class = noting(made)

    def note(connection: Any, *_: Any) -> None:
        connection.cursor_factory = cursor_class

    sa.event.listen(engine, "checkout", note)
    return made


def noting(made: list[str]) -> type[psycopg.Cursor[Any]]:
    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *more: Any, **options: Any) -> Any:
            made.append(query.decode() if isinstance(query, bytes) else query)
            return super().execute(query, *more, **options)

    return Noting
