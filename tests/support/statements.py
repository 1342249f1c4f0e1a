"""What is asked of a database, whether by SQLAlchemy or past it."""

from __future__ import annotations

from typing import Any, NamedTuple

import psycopg
import sqlalchemy as sa


class Made(NamedTuple):
    """``rows``: as many as it found or wrote."""

    text: str
    rows: int


def note_statements(engine: sa.Engine) -> list[Made]:
    """From the next transactions on: a list that grows."""
    made: list[Made] = []
    cursor_class = noting(made)

    def note(connection: Any, *_: Any) -> None:
        connection.cursor_factory = cursor_class

    sa.event.listen(engine, "checkout", note)
    return made


def noting(made: list[Made]) -> type[psycopg.Cursor[Any]]:
    class Noting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *more: Any, **options: Any) -> Any:
            try:
                return super().execute(query, *more, **options)
            finally:
                # Without the signs of life that the pool asks for.
                if query:
                    made.append(Made(query.decode() if isinstance(query, bytes) else query, self.rowcount))

    return Noting
