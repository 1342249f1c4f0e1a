"""Enterprises by number and by name, on indexes: two million are there.

First what fits as it was typed: numbers, names that begin so, names with words that do. Only where nothing does are
names looked for that are alike, which costs ten times as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from psycopg.errors import QueryCanceled

from chassis.database import Work
from services.delegation.domain.looking import Sought
from services.delegation.storage import tables

# Of an indefinite number that fit, those of which the best are taken.
CANDIDATES, CLOSE_CANDIDATES = 200, 2000
# As part of the trigrams of what was typed. With half of them every bakery would be like « Boulangerie Dupont », and be
# looked at; one slip in a word of seven letters leaves four sevenths.
ALIKE = 0.55
ALIKE_WITHIN = "1s"

_N = tables.enterprise_names.c
_FOLDED = sa.collate(_N.folded, "C")
_NUMBERED = (
    sa.select(tables.enterprises.c.bce_number)
    .where(tables.enterprises.c.bce_number.between(sa.bindparam("first"), sa.bindparam("last")))
    .order_by(tables.enterprises.c.bce_number)
    .limit(sa.bindparam("most"))
)
_OWNING = sa.select(tables.establishments.c.bce_number).where(
    tables.establishments.c.establishment_number == sa.bindparam("number")
)
_BEGINNING = (
    sa.select(_N.bce_number)
    .where(sa.bindparam("first", type_=sa.Text) <= _FOLDED, sa.bindparam("last", type_=sa.Text) >= _FOLDED)
    .order_by(_FOLDED, _N.bce_number)
    .limit(sa.bindparam("most"))
)
_CLOSE = (
    sa.select(_N.bce_number, _N.folded)
    .where(_N.folded.op("%>")(sa.bindparam("name", type_=sa.Text)))
    .limit(CLOSE_CANDIDATES)
    .subquery()
)
_LIKENESS = sa.func.word_similarity(sa.bindparam("name"), _CLOSE.c.folded)
_ALIKE = (
    sa.select(_CLOSE.c.bce_number)
    .order_by(_LIKENESS.desc(), sa.func.similarity(sa.bindparam("name"), _CLOSE.c.folded).desc(), _CLOSE.c.bce_number)
    .limit(sa.bindparam("most"))
)


class EnterpriseSearch:
    def __init__(self, work: Work) -> None:
        self._work = work

    def numbers(self, sought: Sought, *, most: int) -> list[str]:
        """Of the likeliest, each once. Inside ``with work:``."""
        # With a limit PostgreSQL would read the table rather than the index where it thinks that many fit, and of
        # several words together it thinks wrongly. Nobody waits for longer than this.
        self._set({"enable_seqscan": "off", "statement_timeout": "3s"})
        found = self._numbered(sought, most) or list(dict.fromkeys(self._named(sought, most)))
        if not found and sought.has_words:
            # A name more than once: an enterprise has several.
            found = list(dict.fromkeys(self._alike(sought.name, most=4 * most)))
        return found[:most]

    def _alike(self, name: str, *, most: int) -> list[str]:
        """None where so many names share the common words of this one that it would take too long."""
        try:
            # The connection's savepoint: the session would make its own only with a statement of its own.
            with self._work.session.connection().begin_nested():
                self._set({"pg_trgm.word_similarity_threshold": str(ALIKE), "statement_timeout": ALIKE_WITHIN})
                return self._ask(_ALIKE, name=name, most=most)
        except sa.exc.OperationalError as error:
            if isinstance(error.orig, QueryCanceled):
                return []
            raise

    def _numbered(self, sought: Sought, most: int) -> list[str]:
        if sought.establishment is not None:
            return self._ask(_OWNING, number=sought.establishment)
        if sought.number is None:
            return []
        first, last = sought.numbers
        return self._ask(_NUMBERED, first=first, last=last, most=most)

    def _named(self, sought: Sought, most: int) -> Iterator[str]:
        if sought.name:
            beginning = self._ask(_BEGINNING, first=sought.name, last=f"{sought.name}\U0010ffff", most=4 * most)
            yield from beginning
            if len(set(beginning)) < most and sought.has_words:
                yield from self._with_words(sought.words)

    def _with_words(self, words: list[str]) -> list[str]:
        """Names of which a word begins with each of these; the shortest first."""
        spaced = sa.literal(" ") + _N.folded
        fitting = (condition for word in words for condition in (_N.folded.contains(word), spaced.contains(f" {word}")))
        rows = self._work.execute(sa.select(_N.bce_number, _N.folded).where(*fitting).limit(CANDIDATES)).all()
        return [row.bce_number for row in sorted(rows, key=lambda row: (len(row.folded), row.folded))]

    def _ask(self, statement: Any, **values: Any) -> list[str]:
        return list(self._work.execute(statement, values).scalars())

    def _set(self, settings: dict[str, str]) -> None:
        """For this transaction."""
        self._work.execute(sa.select(*(sa.func.set_config(name, value, True) for name, value in settings.items())))
