"""A check as short as psycopg allows: one prepared statement, and the rule written once more. Imports nothing of ours.

What the peers are given to decide is looked up here too.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, LiteralString, NamedTuple
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import namedtuple_row

from bench.check.town import Question

BRUSSELS = ZoneInfo("Europe/Brussels")
PERMISSIONS = {
    "access_manager": ("dossier.read", "dossier.draft", "dossier.submit", "dossier.sign", "mandate.manage"),
    "signatory": ("dossier.read", "dossier.draft", "dossier.submit", "dossier.sign"),
    "contributor": ("dossier.read", "dossier.draft"),
    "reader": ("dossier.read",),
}
LEFT_AFTER_STRIKE_OFF = ("dossier.read", "mandate.manage")

_HELD: LiteralString = """
    SELECT role_name, valid_from, valid_until, revoked_at, suspended_at, establishment_number, categories,
           EXISTS (SELECT FROM enterprises WHERE bce_number = %(bce_number)s AND state = 'struck_off') AS struck_off,
           %(establishment)s::text IS NULL OR EXISTS (
               SELECT FROM establishments WHERE bce_number = %(bce_number)s
               AND establishment_number = %(establishment)s AND state = 'open') AS there
    FROM mandates WHERE person_id = %(person_id)s AND bce_number = %(bce_number)s
"""
_LOADED: LiteralString = """
    SELECT person_id::text, bce_number, role_name, valid_from, valid_until, establishment_number, categories,
           enterprises.state = 'struck_off' AS struck_off
    FROM mandates JOIN enterprises USING (bce_number) WHERE revoked_at IS NULL AND suspended_at IS NULL
"""


def connect(database_url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(database_url, autocommit=True, prepare_threshold=0, row_factory=namedtuple_row)


def look_up(database: psycopg.Connection[Any], question: Question) -> list[Any]:
    return database.execute(_HELD, question).fetchall()


def load_all(database: psycopg.Connection[Any]) -> list[Any]:
    """What is neither revoked nor suspended, for who keeps it in memory."""
    return database.execute(_LOADED).fetchall()


def decide(rows: list[Any], question: Question, today: date) -> bool:
    return any(_allows(row, question, today) for row in rows)


def today() -> date:
    return datetime.now(UTC).astimezone(BRUSSELS).date()


def given_by(row: NamedTuple | Any) -> list[str]:
    """The permissions of its role that its enterprise's state leaves."""
    of_role = PERMISSIONS[row.role_name]
    return [permission for permission in of_role if not row.struck_off or permission in LEFT_AFTER_STRIKE_OFF]


def _allows(row: Any, question: Question, today: date) -> bool:
    return (
        row.there
        and row.revoked_at is None
        and row.suspended_at is None
        and row.valid_from <= today <= row.valid_until
        and question["permission"] in given_by(row)
        and row.establishment_number in (None, question["establishment"])
        and (not row.categories or question["procedure"] in row.categories)
    )
